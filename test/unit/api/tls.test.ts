import assert from 'node:assert/strict';
import tls, { type TlsOptions } from 'node:tls';
import { AxiosError } from 'axios';
import { classifyError } from '../../../src/api/classify.ts';
import { createApiClient } from '../../../src/api/createApiClient.ts';
import { classifyTls } from '../../../src/api/classifyTls.ts';
import { toFailure, type Failure } from '../../../src/model/failure.ts';
import { setLocale } from '../../../src/text/format.ts';
import { describeFailure } from '../../../src/text/failureText.ts';
import { Authority, selfSigned } from '../../network/Authority.ts';
import { TlsFront } from '../../network/TlsFront.ts';
import { useHttpServers, useServers } from '../useServers.ts';

describe('a server behind TLS', () => {
  const trusted = tls.getCACertificates();
  const startServer = useHttpServers('suite');
  const stopLater = useServers();
  let known: Authority;
  let unknown: Authority;
  let behind: string;

  before(async () => {
    setLocale('en', 'UTC');
    [known, unknown] = await Promise.all([Authority.create('Known'), Authority.create('Unknown')]);
    tls.setDefaultCACertificates([...trusted, known.certificate]);
    const sequin = await startServer((_request, response) => {
      response.end('{"data":[]}');
    });
    behind = sequin.url;
  });
  after(() => {
    tls.setDefaultCACertificates(trusted);
  });

  /** What a read fails with that such a server answers; undefined: it does not. */
  async function failureAt(options: TlsOptions, host?: string): Promise<Failure | undefined> {
    const front = await stopLater(TlsFront.start(behind, options));
    return failureOfRead(front.url(host));
  }

  it('whose authority is known answers', async () => {
    assert.equal(await failureAt(await known.issue({ hosts: ['localhost'] })), undefined);
    assert.equal(await failureAt(await known.issue({ hosts: ['127.0.0.1'] }), '127.0.0.1'), undefined);
  });

  const local = ['localhost'];
  const cases: [string, () => Promise<TlsOptions>, Failure][] = [
    [
      'whose authority is not known',
      () => unknown.issue({ hosts: local }),
      { kind: 'tls', reason: 'authority' },
    ],
    [
      'that sends its authority along',
      async () => {
        const { key, cert } = await unknown.issue({ hosts: local });
        return { key, cert: `${cert}\n${unknown.certificate}` };
      },
      { kind: 'tls', reason: 'authority' },
    ],
    ['that vouches for itself', () => selfSigned({ hosts: local }), { kind: 'tls', reason: 'selfSigned' }],
    [
      'whose certificate has expired',
      () => known.issue({ hosts: local, days: [-2, -1] }),
      { kind: 'tls', reason: 'expired' },
    ],
    [
      'whose certificate is for later',
      () => known.issue({ hosts: local, days: [1, 2] }),
      { kind: 'tls', reason: 'notYetValid' },
    ],
    [
      'of another name',
      () => known.issue({ hosts: ['sequin.test', '*.sequin.test', '10.0.0.7'] }),
      { kind: 'tls', reason: 'name', names: ['sequin.test', '*.sequin.test', '10.0.0.7'] },
    ],
    [
      'of many other names',
      () => known.issue({ hosts: [1, 2, 3, 4, 5].map((index) => `${index}.test`) }),
      { kind: 'tls', reason: 'name', names: ['1.test', '2.test', '3.test'] },
    ],
    [
      'of a name that is no host’s',
      () => known.issue({ hosts: ['[press](command:here)', 'two words', `${'a'.repeat(90)}.test`] }),
      { kind: 'tls', reason: 'name' },
    ],
    [
      'that speaks an old TLS only',
      async () => ({
        ...(await known.issue({ hosts: local })),
        minVersion: 'TLSv1.1',
        maxVersion: 'TLSv1.1',
        ciphers: 'DEFAULT@SECLEVEL=0',
      }),
      { kind: 'tls', reason: 'version' },
    ],
    [
      'that has no cipher in common',
      async () => ({
        ...(await known.issue({ hosts: local })),
        maxVersion: 'TLSv1.2',
        ciphers: 'ECDHE-RSA-AES128-GCM-SHA256',
      }),
      { kind: 'tls', reason: 'version' },
    ],
    [
      'that asks for a client certificate',
      async () => ({ ...(await known.issue({ hosts: local })), requestCert: true, rejectUnauthorized: true }),
      { kind: 'tls', reason: 'clientCertificate' },
    ],
  ];
  for (const [name, options, failure] of cases) {
    it(`${name} does not, and is told apart`, async () => {
      assert.deepEqual(await failureAt(await options()), failure);
    });
  }

  it('that has no TLS at all does not, and is told apart', async () => {
    const failure = await failureOfRead(behind.replace('http:', 'https:'));
    assert.deepEqual(failure, { kind: 'tls', reason: 'notTls' });
  });

  // VS Code on the desktop has BoringSSL in place of OpenSSL, with the reason in the message alone.
  const inBoringSsl = (reason: string): string =>
    `write EPROTO 140:error:100000f7:SSL routines:OPENSSL_internal:${reason}:../../ssl/tls_record.cc:231:`;
  for (const [name, reason] of [
    ['WRONG_VERSION_NUMBER', 'notTls'],
    ['HTTP_REQUEST', 'notTls'],
    ['TLSV1_ALERT_PROTOCOL_VERSION', 'version'],
    ['UNSUPPORTED_PROTOCOL', 'version'],
    ['SSLV3_ALERT_HANDSHAKE_FAILURE', 'version'],
    ['TLSV1_CERTIFICATE_REQUIRED', 'clientCertificate'],
    ['TLSV1_ALERT_INTERNAL_ERROR', 'other'],
  ] as const) {
    it(`in BoringSSL, ${name} is ${reason}`, () => {
      assert.deepEqual(classifyTls({ code: 'EPROTO', message: inBoringSsl(name), cause: undefined }), {
        kind: 'tls',
        reason,
      });
    });
  }

  it('each has a sentence of its own, which says what to do', () => {
    const sentences = cases.map(([, , failure]) => describeFailure(failure, 'sequin.test').sentence);
    for (const sentence of sentences) {
      assert.match(sentence, /sequin\.test/);
    }
    const said = (reason: RegExp): number => sentences.filter((sentence) => reason.test(sentence)).length;
    assert.equal(said(/does not trust\. Add the authority .* NODE_EXTRA_CA_CERTS/), 2);
    assert.equal(said(/signed by itself/), 1);
    assert.equal(said(/has expired\. Whoever runs the server must renew it/), 1);
    assert.equal(said(/not valid yet\. Is this machine’s clock right/), 1);
    assert.equal(said(/Connect to one that it is for: sequin\.test, \*\.sequin\.test, 10\.0\.0\.7$/), 1);
    assert.equal(said(/Connect to the name that it is for\.$/), 1);
    assert.equal(said(/must allow TLS 1\.2 or later/), 2);
    assert.equal(said(/asks for a client certificate/), 1);
  });
});

describe('a proxy on the way', () => {
  const startServer = useHttpServers();

  async function failureOfStatus(status: number, headers: Record<string, string>): Promise<Failure> {
    const { url } = await startServer((_request, response) => {
      response.writeHead(status, headers).end();
    });
    return (await failureOfRead(url)) ?? assert.fail('nothing failed');
  }

  it('that wants a login says so by its status, and so does a network that does', async () => {
    for (const [status, failure] of [
      [407, { kind: 'network', reason: 'proxyLogin' }],
      [511, { kind: 'badAnswer', reason: 'html', status: 511 }],
    ] as const) {
      assert.deepEqual(await failureOfStatus(status, {}), failure);
    }
  });

  it('that does not answer is known by the words of VS Code’s agent, which gives no code', () => {
    const message = 'Failed to establish a socket connection to proxies: PROXY proxy.test:8080';
    assert.deepEqual(classifyError(new AxiosError(message)), { kind: 'network', reason: 'proxy' });
  });

  it('that redirects is told with where to, but without the path', async () => {
    for (const [location, origin] of [
      ['https://login.test/sign-in?back=secret', 'https://login.test'],
      ['javascript:alert(1)', undefined],
      ['https://', undefined],
    ] as const) {
      const failure = await failureOfStatus(302, { location });
      assert.deepEqual(failure, {
        kind: 'badAnswer',
        reason: 'redirect',
        status: 302,
        ...(origin === undefined ? {} : { origin }),
      });
      const { sentence } = describeFailure(failure, 'sequin.test');
      assert.equal(sentence.includes('https://login.test. '), origin !== undefined);
    }
  });
});

/** What a read fails with; undefined: it does not. */
async function failureOfRead(address: string): Promise<Failure | undefined> {
  try {
    await createApiClient({ address, token: 'token' }).listSinks({ retries: 0 });
    return undefined;
  } catch (error) {
    return toFailure(error) ?? assert.fail(String(error));
  }
}
