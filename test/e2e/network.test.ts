import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { TlsOptions } from 'node:tls';
import { expect } from '@playwright/test';
import type { Emulator } from '../emulator/Emulator.ts';
import { createTemporaryFolder } from '../host/temporaryFolder.ts';
import { ForwardProxy } from '../network/ForwardProxy.ts';
import { type CertificateOptions, createSelfSigned, TestCa } from '../network/TestCa.ts';
import { TlsTerminator } from '../network/TlsTerminator.ts';
import { connectTo, disconnect, expectConnectionFailure } from './connecting.ts';
import { cleanUpAfterAll, fastPolling, test } from './fixtures.ts';
import type { SequinPage } from './SequinPage.ts';

/*
 * How the settings of VS Code 1.139 affect requests that an extension sends through Node's `https`:
 * - `http.proxy` applies to every host except localhost, 127.0.0.1 and ::1.
 * - Trusted authorities are those of Node, those in the file that NODE_EXTRA_CA_CERTS names when VS Code starts,
 *   and those of the system, unless `http.systemCertificates` is off. On Linux, OpenSSL provides the system's
 *   authorities, so SSL_CERT_FILE replaces the system's file here.
 * - `http.proxyStrictSSL` applies to VS Code's own requests only. This extension doesn't read it: it sends no
 *   token to a server whose certificate no trusted authority has signed.
 */
const sink = 'signups-stream';

test.describe('Network', () => {
  cleanUpAfterAll();
  let emulator: Emulator;
  let proxy: ForwardProxy;
  let extraCa: TestCa;
  let systemCa: TestCa;
  let certificateFiles: NodeJS.ProcessEnv;
  let sequin: SequinPage;
  /** Serves the emulator over TLS. */
  let startTls: (options: TlsOptions) => Promise<TlsTerminator>;

  test.beforeAll(async ({ startEmulator, cleanup }) => {
    [extraCa, systemCa, emulator, proxy] = await Promise.all([
      TestCa.create('From NODE_EXTRA_CA_CERTS'),
      TestCa.create('From the system'),
      startEmulator(),
      ForwardProxy.start(),
    ]);
    cleanup.add(() => proxy.stop());
    startTls = async (options) => {
      const terminator = await TlsTerminator.start(emulator.url, options);
      cleanup.add(() => terminator.stop());
      return terminator;
    };
    const folder = createTemporaryFolder();
    certificateFiles = {
      NODE_EXTRA_CA_CERTS: await extraCa.write(join(folder, 'extra.pem')),
      SSL_CERT_FILE: await systemCa.write(join(folder, 'system.pem')),
    };
    const terminator = await startTls(await extraCa.issue({ hosts: ['sequin.internal'] }));
    proxy.route('sequin.internal:443', terminator.port);
    proxy.route('sequin.internal:7376', getPort(emulator));
  });
  test.beforeEach(() => {
    emulator.fault(undefined);
  });
  test.afterEach(() => disconnect(sequin));

  const startTlsSignedBy = async (ca: TestCa, options: CertificateOptions): Promise<TlsTerminator> =>
    startTls(await ca.issue(options));

  /** Counts the requests that the emulator has received with this host name. */
  const countRequestsTo = (host: string): number =>
    emulator.requests.filter(({ headers }) => headers.host === host).length;

  test.describe('with a proxy and trusted authorities', () => {
    cleanUpAfterAll();
    test.beforeAll(async ({ openWorkbench }) => {
      sequin = await openWorkbench({
        settings: { ...fastPolling, 'http.proxy': proxy.url },
        windowEnv: certificateFiles,
      });
      await sequin.open();
    });

    test('connects over HTTPS to a server that only the proxy can reach', async () => {
      await connectTo(sequin, 'https://sequin.internal', { token: emulator.token, sink });
      expect(proxy.requests).toContain('CONNECT sequin.internal:443');
      expect(countRequestsTo('sequin.internal')).toBeGreaterThan(0);
    });

    test('connects over HTTP to a server that only the proxy can reach', async () => {
      await connectTo(sequin, 'http://sequin.internal:7376', { token: emulator.token, sink });
      expect(proxy.requests).toContain('GET http://sequin.internal:7376/api/sinks');
    });

    test('connects to a local server without the proxy', async () => {
      const requestCount = proxy.requests.length;
      const { port } = await startTlsSignedBy(extraCa, { hosts: ['localhost'] });
      await connectTo(sequin, `https://localhost:${port}`, { token: emulator.token, sink });
      expect(proxy.requests).toHaveLength(requestCount);
    });

    test('trusts the certificate authorities of the system', async () => {
      test.skip(process.platform !== 'linux', 'Only Linux reads the system’s authorities from a file.');
      const terminator = await startTlsSignedBy(systemCa, { hosts: ['localhost'] });
      await connectTo(sequin, terminator.getUrl(), { token: emulator.token, sink });
    });

    test('reports a proxy that requires authentication, can’t reach the server, or is unreachable', async () => {
      proxy.respondWith(407);
      await expectConnectionFailure(
        sequin,
        'https://sequin.internal',
        /proxy for .* requires a user name and password/,
      );
      await disconnect(sequin);
      proxy.respondWith(502);
      await expectConnectionFailure(
        sequin,
        'https://sequin.internal',
        /\(HTTP 502\).* or a proxy can’t reach it/,
      );
      await disconnect(sequin);
      await proxy.stop();
      await expectConnectionFailure(sequin, 'https://sequin.internal', /The proxy for .* isn’t responding/);
      await proxy.restart();
      proxy.respondWith(undefined);
    });

    test('keeps the tree while the network is down, reports the failure, and recovers', async () => {
      await connectTo(sequin, 'https://sequin.internal', { token: emulator.token, sink });
      // The databases load after the sinks.
      await expect(sequin.row('Databases')).toBeVisible();
      const rowCount = await sequin.rows().count();
      const expectStale = async (message: RegExp) => {
        await expect(sequin.sidebar.getByText(message)).toBeVisible();
        await expect(sequin.rows()).toHaveCount(rowCount);
      };
      proxy.respondWith(504);
      await expectStale(/Updated .* · sequin\.internal is unavailable \(HTTP 504\)/);
      await proxy.stop();
      await expectStale(/Updated .* · The proxy for sequin\.internal isn’t responding/);
      await sequin.savePicture('network-stale');
      proxy.respondWith(undefined);
      await proxy.restart();
      await expect(sequin.sidebar.getByText(/^Updated /)).toBeHidden();
      emulator.world.addSink({ name: 'added-later' });
      await expect(sequin.row('added-later')).toBeVisible();
    });

    test('reports a certificate that has expired or isn’t valid yet', async () => {
      const expired = await startTlsSignedBy(extraCa, { hosts: ['localhost'], days: [-2, -1] });
      await expectConnectionFailure(sequin, expired.getUrl(), /has expired\. Renew it/);
      await disconnect(sequin);
      const early = await startTlsSignedBy(extraCa, { hosts: ['localhost'], days: [1, 2] });
      await expectConnectionFailure(sequin, early.getUrl(), /isn’t valid yet\. Check this machine’s clock/);
    });

    test('reports the host names of a certificate for another host', async () => {
      const { port } = await startTlsSignedBy(extraCa, { hosts: ['sequin.test', '10.0.0.7'] });
      await expectConnectionFailure(
        sequin,
        `https://localhost:${port}`,
        new RegExp(`localhost:${port} is for another host name.*: sequin\\.test, 10\\.0\\.0\\.7`),
      );
      await sequin.savePicture('network-name');
    });

    test('reports a self-signed certificate', async () => {
      const terminator = await startTls(await createSelfSigned({ hosts: ['localhost'] }));
      await expectConnectionFailure(
        sequin,
        terminator.getUrl(),
        /self-signed certificate.*NODE_EXTRA_CA_CERTS/,
      );
    });

    test('reports a server that supports only HTTP', async () => {
      const address = emulator.url.replace('http:', 'https:');
      await expectConnectionFailure(sequin, address, /doesn’t use HTTPS\. Try the address with http:\/\//);
    });

    test('reports a server that supports only an old version of TLS', async () => {
      const certificate = await extraCa.issue({ hosts: ['localhost'] });
      const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
      const terminator = await startTls({ ...certificate, ...old });
      await expectConnectionFailure(sequin, terminator.getUrl(), /doesn’t support TLS 1\.2 or later/);
    });
  });

  test.describe('without a proxy and without trusted authorities', () => {
    cleanUpAfterAll();
    test.beforeAll(async ({ openWorkbench }) => {
      sequin = await openWorkbench({
        settings: {
          ...fastPolling,
          // Ignores a proxy that the environment names.
          'http.noProxy': ['*'],
          'http.systemCertificates': false,
          'http.proxyStrictSSL': false,
        },
        windowEnv: { ...certificateFiles, NODE_EXTRA_CA_CERTS: '' },
      });
      await sequin.open();
    });

    test('reports an untrusted authority, explains how to trust it, and sends no token', async () => {
      for (const ca of [extraCa, systemCa]) {
        const terminator = await startTlsSignedBy(ca, { hosts: ['localhost'] });
        await expectConnectionFailure(
          sequin,
          terminator.getUrl(),
          /an untrusted authority\. Add the authority .*NODE_EXTRA_CA_CERTS/,
        );
        expect(countRequestsTo(`localhost:${terminator.port}`)).toBe(0);
        await sequin.savePicture('network-authority');
        await disconnect(sequin);
      }
    });

    test('reports an unknown host name', async () => {
      await expectConnectionFailure(sequin, 'https://sequin.invalid', /Can’t resolve sequin\.invalid/);
    });

    test('connects to an IPv6 address', async ({ startEmulator }) => {
      test.skip(!hasIpv6, 'This machine has no IPv6.');
      const server = await startEmulator({ host: '::1' });
      await connectTo(sequin, `http://[::1]:${getPort(server)}`, { token: server.token, sink });
    });

    test('connects to localhost on each of its addresses', async ({ startEmulator }) => {
      for (const { address } of await lookup('localhost', { all: true })) {
        const server = await startEmulator({ host: address });
        await connectTo(sequin, `http://localhost:${getPort(server)}`, { token: server.token, sink });
        expect(server.requests).not.toEqual([]);
        await disconnect(sequin);
      }
    });

    test('connects to a server below a path, even if the address includes /api', async ({
      startEmulator,
    }) => {
      const server = await startEmulator({ basePath: '/tools/sequin' });
      for (const suffix of ['/', '/api/sinks?page=1']) {
        await connectTo(sequin, `${server.url}${suffix}`, { token: server.token, sink });
        await disconnect(sequin);
      }
      expect(server.requests.filter(({ path }) => !path.startsWith('/tools/sequin/'))).toEqual([]);
      const parent = server.url.replace('/tools/sequin', '');
      await expectConnectionFailure(sequin, parent, /There is no Sequin API at/);
    });

    test('doesn’t render links in a message from the server', async () => {
      const summary = 'read [this](command:workbench.action.files.newUntitledFile)';
      emulator.fault({ status: 422, body: { summary } });
      await expectConnectionFailure(sequin, emulator.url, /rejected the request: read \[this\] \(command:/);
      await expect(sequin.input.getByRole('link')).toHaveCount(0);
    });
  });
});

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
);

function getPort(server: Emulator): number {
  return Number(/:(\d+)(\/|$)/.exec(server.url)?.[1]);
}
