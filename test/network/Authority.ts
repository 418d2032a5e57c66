import { writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { generate } from 'selfsigned';

/** A certificate with its key, as `node:tls` takes them. */
export interface KeyPair {
  readonly key: string;
  readonly cert: string;
}

/** What a certificate says. */
export interface CertificateOptions {
  /** The hosts that it is for: names and IP addresses. */
  readonly hosts: readonly string[];
  /** In how many days from now it begins and ends to be valid; from yesterday to tomorrow unless told. */
  readonly days?: readonly [from: number, until: number];
}

/** An authority of certificates that nobody knows until they are told, as a company has one. */
export class Authority {
  /** Its own certificate, which is what a machine is told to trust. */
  readonly certificate: string;
  readonly #key: string;

  private constructor({ key, cert }: KeyPair) {
    this.certificate = cert;
    this.#key = key;
  }

  /** Makes one up. */
  static async create(name: string): Promise<Authority> {
    const { private: key, cert } = await generate([{ name: 'commonName', value: name }], {
      ...common,
      ...validity([-1, 1]),
      extensions: [
        { name: 'basicConstraints', cA: true, critical: true },
        { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
      ],
    });
    return new Authority({ key, cert });
  }

  /** Gives a server a certificate. */
  async issue(options: CertificateOptions): Promise<KeyPair> {
    return certify(options, { key: this.#key, cert: this.certificate });
  }

  /** Writes its certificate to where a machine is told to look for it. */
  async write(path: string): Promise<string> {
    await writeFile(path, this.certificate);
    return path;
  }
}

/** A certificate that is its own authority. */
export function selfSigned(options: CertificateOptions): Promise<KeyPair> {
  return certify(options);
}

const common = { algorithm: 'sha256', keyType: 'ec' } as const;
const dayMs = 24 * 3600_000;

async function certify({ hosts, days = [-1, 1] }: CertificateOptions, ca?: KeyPair): Promise<KeyPair> {
  const altNames = hosts.map((host) =>
    isIP(host) === 0 ? ({ type: 2, value: host } as const) : ({ type: 7, ip: host } as const),
  );
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'Sequin' }], {
    ...common,
    ...validity(days),
    ...(ca && { ca }),
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'subjectAltName', altNames },
    ],
  });
  return { key, cert };
}

function validity([from, until]: readonly [number, number]): { notBeforeDate: Date; notAfterDate: Date } {
  return {
    notBeforeDate: new Date(Date.now() + from * dayMs),
    notAfterDate: new Date(Date.now() + until * dayMs),
  };
}
