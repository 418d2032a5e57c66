import assert from 'node:assert/strict';
import tls, { type TlsOptions } from 'node:tls';
import { classifyTls } from '../../../src/api/classifyTls.ts';
import { createApiClient } from '../../../src/api/createApiClient.ts';
import { type Failure, toFailure } from '../../../src/model/failure.ts';
import { describeFailure } from '../../../src/text/failureText.ts';
import { setLocale } from '../../../src/text/format.ts';
import { createSelfSigned, TestCa } from '../../network/TestCa.ts';
import { TlsTerminator } from '../../network/TlsTerminator.ts';
import { useHttpServers, useServers } from '../useServers.ts';

describe('API client over TLS', () => {
  const defaultCertificates = tls.getCACertificates();
  const startServer = useHttpServers('suite');
  const stopLater = useServers();
  let trustedCa: TestCa;
  let untrustedCa: TestCa;
  let serverUrl: string;

  before(async () => {
    setLocale('en', 'UTC');
    [trustedCa, untrustedCa] = await Promise.all([TestCa.create('Trusted'), TestCa.create('Untrusted')]);
    tls.setDefaultCACertificates([...defaultCertificates, trustedCa.certificate]);
    const server = await startServer((_request, response) => {
      response.end('{"data":[]}');
    });
    serverUrl = server.url;
  });
  after(() => {
    tls.setDefaultCACertificates(defaultCertificates);
  });

  /** Returns the failure of a read from a server with these TLS options; undefined if the read succeeds. */
  async function getTlsFailure(options: TlsOptions, host?: string): Promise<Failure | undefined> {
    const terminator = await stopLater(TlsTerminator.start(serverUrl, options));
    return getReadFailure(terminator.getUrl(host));
  }

  it('accepts a certificate from a trusted authority', async () => {
    assert.equal(await getTlsFailure(await trustedCa.issue({ hosts: ['localhost'] })), undefined);
    assert.equal(
      await getTlsFailure(await trustedCa.issue({ hosts: ['127.0.0.1'] }), '127.0.0.1'),
      undefined,
    );
  });

  const localHosts = ['localhost'];
  const cases: [string, () => Promise<TlsOptions>, Failure][] = [
    [
      'a certificate from an untrusted authority',
      () => untrustedCa.issue({ hosts: localHosts }),
      { kind: 'tls', reason: 'untrustedAuthority' },
    ],
    [
      'a certificate chain that includes its untrusted authority',
      async () => {
        const { key, cert } = await untrustedCa.issue({ hosts: localHosts });
        return { key, cert: `${cert}\n${untrustedCa.certificate}` };
      },
      { kind: 'tls', reason: 'untrustedAuthority' },
    ],
    [
      'a self-signed certificate',
      () => createSelfSigned({ hosts: localHosts }),
      { kind: 'tls', reason: 'selfSigned' },
    ],
    [
      'an expired certificate',
      () => trustedCa.issue({ hosts: localHosts, days: [-2, -1] }),
      { kind: 'tls', reason: 'expired' },
    ],
    [
      'a certificate that is not valid yet',
      () => trustedCa.issue({ hosts: localHosts, days: [1, 2] }),
      { kind: 'tls', reason: 'notYetValid' },
    ],
    [
      'a certificate for other hosts',
      () => trustedCa.issue({ hosts: ['sequin.test', '*.sequin.test', '10.0.0.7'] }),
      { kind: 'tls', reason: 'hostMismatch', names: ['sequin.test', '*.sequin.test', '10.0.0.7'] },
    ],
    [
      'a certificate for many other hosts',
      () => trustedCa.issue({ hosts: [1, 2, 3, 4, 5].map((index) => `${index}.test`) }),
      { kind: 'tls', reason: 'hostMismatch', names: ['1.test', '2.test', '3.test'] },
    ],
    [
      'a certificate for invalid host names',
      () => trustedCa.issue({ hosts: ['[press](command:here)', 'two words', `${'a'.repeat(90)}.test`] }),
      { kind: 'tls', reason: 'hostMismatch' },
    ],
    [
      'a server that supports only an old version of TLS',
      async () => ({
        ...(await trustedCa.issue({ hosts: localHosts })),
        minVersion: 'TLSv1.1',
        maxVersion: 'TLSv1.1',
        ciphers: 'DEFAULT@SECLEVEL=0',
      }),
      { kind: 'tls', reason: 'protocolMismatch' },
    ],
    [
      'a server without a common cipher',
      async () => ({
        ...(await trustedCa.issue({ hosts: localHosts })),
        maxVersion: 'TLSv1.2',
        ciphers: 'ECDHE-RSA-AES128-GCM-SHA256',
      }),
      { kind: 'tls', reason: 'protocolMismatch' },
    ],
    [
      'a server that requires a client certificate',
      async () => ({
        ...(await trustedCa.issue({ hosts: localHosts })),
        requestCert: true,
        rejectUnauthorized: true,
      }),
      { kind: 'tls', reason: 'clientCertificate' },
    ],
  ];
  for (const [name, options, failure] of cases) {
    it(`rejects ${name} with the reason ${'reason' in failure ? failure.reason : ''}`, async () => {
      assert.deepEqual(await getTlsFailure(await options()), failure);
    });
  }

  it('rejects a server without TLS with the reason notTls', async () => {
    const failure = await getReadFailure(serverUrl.replace('http:', 'https:'));
    assert.deepEqual(failure, { kind: 'tls', reason: 'notTls' });
  });

  // VS Code on the desktop uses BoringSSL instead of OpenSSL. Its errors have the reason only in the message.
  const createBoringSslMessage = (reason: string): string =>
    `write EPROTO 140:error:100000f7:SSL routines:OPENSSL_internal:${reason}:../../ssl/tls_record.cc:231:`;
  for (const [name, reason] of [
    ['WRONG_VERSION_NUMBER', 'notTls'],
    ['HTTP_REQUEST', 'notTls'],
    ['TLSV1_ALERT_PROTOCOL_VERSION', 'protocolMismatch'],
    ['UNSUPPORTED_PROTOCOL', 'protocolMismatch'],
    ['SSLV3_ALERT_HANDSHAKE_FAILURE', 'protocolMismatch'],
    ['TLSV1_CERTIFICATE_REQUIRED', 'clientCertificate'],
    ['TLSV1_ALERT_INTERNAL_ERROR', 'other'],
  ] as const) {
    it(`classifies BoringSSL’s ${name} as ${reason}`, () => {
      assert.deepEqual(classifyTls({ code: 'EPROTO', message: createBoringSslMessage(name) }), {
        kind: 'tls',
        reason,
      });
    });
  }

  for (const code of [
    'CERT_REVOKED',
    'CRL_HAS_EXPIRED',
    'ERROR_IN_CERT_NOT_AFTER_FIELD',
    'INVALID_CA',
    'INVALID_PURPOSE',
    'PATH_LENGTH_EXCEEDED',
    'UNABLE_TO_GET_CRL',
    'UNSPECIFIED',
  ]) {
    it(`classifies an invalid certificate with the code ${code} as a TLS failure`, () => {
      const message = 'invalid certificate';
      assert.deepEqual(classifyTls({ code, message }), { kind: 'tls', reason: 'other' });
    });
  }

  it('reports each failure in a sentence with the next step', () => {
    const sentences = cases.map(([, , failure]) => describeFailure(failure, 'sequin.test').sentence);
    for (const sentence of sentences) {
      assert.match(sentence, /sequin\.test/);
    }
    const count = (pattern: RegExp): number => sentences.filter((sentence) => pattern.test(sentence)).length;
    assert.equal(count(/untrusted authority\. Add the authority .* NODE_EXTRA_CA_CERTS/), 2);
    assert.equal(count(/self-signed/), 1);
    assert.equal(count(/has expired\. Renew it/), 1);
    assert.equal(count(/isn’t valid yet\. Check this machine’s clock/), 1);
    assert.equal(
      count(/Use one that the certificate is valid for: sequin\.test, \*\.sequin\.test, 10\.0\.0\.7\.$/),
      1,
    );
    assert.equal(count(/Use the host name in the certificate\.$/), 1);
    assert.equal(count(/doesn’t support TLS 1\.2 or later/), 2);
    assert.equal(count(/requires a client certificate/), 1);
  });
});

/** Returns the failure of a read; undefined if the read succeeds. */
async function getReadFailure(address: string): Promise<Failure | undefined> {
  try {
    await createApiClient({ address, token: 'token' }).listSinks({ retries: 0 });
    return undefined;
  } catch (error) {
    return toFailure(error);
  }
}
