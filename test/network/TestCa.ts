import { writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { generate } from 'selfsigned';

/** A certificate and its private key, in the format of `node:tls`. */
export interface KeyPair {
  readonly key: string;
  readonly cert: string;
}

/** The contents of a certificate. */
export interface CertificateOptions {
  /** The hosts that the certificate is valid for: names and IP addresses. */
  readonly hosts: readonly string[];
  /** The validity in days from now. Default: from yesterday to tomorrow. */
  readonly days?: readonly [from: number, until: number];
}

/** A private certificate authority. Clients trust it only if they are configured to do so. */
export class TestCa {
  /** The authority's own certificate, for a client's list of trusted authorities. */
  readonly certificate: string;
  readonly #key: string;

  private constructor({ key, cert }: KeyPair) {
    this.certificate = cert;
    this.#key = key;
  }

  /** Creates an authority with a new key. */
  static async create(name: string): Promise<TestCa> {
    const { private: key, cert } = await generate([{ name: 'commonName', value: name }], {
      ...common,
      ...toValidity([-1, 1]),
      extensions: [
        { name: 'basicConstraints', cA: true, critical: true },
        { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
      ],
    });
    return new TestCa({ key, cert });
  }

  /** Issues a certificate for a server. */
  async issue(options: CertificateOptions): Promise<KeyPair> {
    return certify(options, { key: this.#key, cert: this.certificate });
  }

  /** Writes the authority's certificate to a file, and returns the path. */
  async write(path: string): Promise<string> {
    await writeFile(path, this.certificate);
    return path;
  }
}

/** Creates a self-signed certificate. */
export function createSelfSigned(options: CertificateOptions): Promise<KeyPair> {
  return certify(options);
}

const common = { algorithm: 'sha256', keyType: 'ec' } as const;
const dayMs = 24 * 3600_000;

/** Creates a certificate that is signed by the authority `ca`, or self-signed if there is no `ca`. */
async function certify({ hosts, days = [-1, 1] }: CertificateOptions, ca?: KeyPair): Promise<KeyPair> {
  const altNames = hosts.map((host) =>
    isIP(host) === 0 ? ({ type: 2, value: host } as const) : ({ type: 7, ip: host } as const),
  );
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'Sequin' }], {
    ...common,
    ...toValidity(days),
    ...(ca && { ca }),
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'subjectAltName', altNames },
    ],
  });
  return { key, cert };
}

/** Converts a validity in days from now to the dates of a certificate. */
function toValidity([from, until]: readonly [number, number]): { notBeforeDate: Date; notAfterDate: Date } {
  return {
    notBeforeDate: new Date(Date.now() + from * dayMs),
    notAfterDate: new Date(Date.now() + until * dayMs),
  };
}
