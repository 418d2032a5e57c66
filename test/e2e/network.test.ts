import assert from 'node:assert/strict';
import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { Emulator, type EmulatorOptions } from '../emulator/Emulator.ts';
import type { Settings } from '../host/settings.ts';
import { temporaryFolder } from '../host/temporaryFolder.ts';
import { Workbench } from '../host/Workbench.ts';
import { Authority, type CertificateOptions, type KeyPair, selfSigned } from '../network/Authority.ts';
import { ForwardProxy } from '../network/ForwardProxy.ts';
import { TlsFront } from '../network/TlsFront.ts';
import { connectTo, disconnect, failToConnect } from './connecting.ts';
import { SequinPage } from './SequinPage.ts';

/*
 * What VS Code 1.139 does with its settings, for requests of an extension through Node's `https`:
 * - `http.proxy` holds for every host but localhost, 127.0.0.1 and ::1.
 * - Authorities are those of Node, those of the file that NODE_EXTRA_CA_CERTS names when VS Code starts, and,
 *   unless `http.systemCertificates` is off, those of the system. On Linux these are OpenSSL's, so that
 *   SSL_CERT_FILE stands for the system's file here.
 * - `http.proxyStrictSSL` is for requests of VS Code itself. Turned off, it opens nothing to an extension, and
 *   this one does not read it: a token goes to nobody whom an authority does not vouch for.
 */
const sink = 'signups-stream';

describe('the network between us and a server', () => {
  const folder = temporaryFolder();
  const servers: { stop(): Promise<void> }[] = [];
  let emulator: Emulator;
  let proxy: ForwardProxy;
  let namedAuthority: Authority;
  let systemAuthority: Authority;
  let trusted: NodeJS.ProcessEnv;
  let workbench: Workbench;
  let sequin: SequinPage;

  before(async () => {
    [namedAuthority, systemAuthority, emulator, proxy] = await Promise.all([
      Authority.create('Named in the environment'),
      Authority.create('Known to the system'),
      startEmulator(),
      ForwardProxy.start(),
    ]);
    servers.push(proxy);
    trusted = {
      NODE_EXTRA_CA_CERTS: await namedAuthority.write(join(folder, 'named.pem')),
      SSL_CERT_FILE: await systemAuthority.write(join(folder, 'system.pem')),
    };
    const front = await startFront(namedAuthority.issue({ hosts: ['sequin.internal'] }));
    proxy.lead('sequin.internal:443', front.port);
    proxy.lead('sequin.internal:7376', portOf(emulator));
  });
  after(async () => {
    await Promise.all(servers.map((server) => server.stop()));
  });
  beforeEach(() => {
    emulator.fault(undefined);
  });
  afterEach(async function () {
    if (this.currentTest?.isFailed()) await sequin.picture('failed-network');
    await disconnect(sequin);
  });

  async function openWorkbench(settings: Settings, env: NodeJS.ProcessEnv): Promise<void> {
    const calm = { 'sequin.refresh.interval': 0.1, ...settings };
    workbench = await Workbench.open({ version: 'newest', settings: calm, env });
    sequin = new SequinPage(workbench.page);
    await sequin.open();
  }

  async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
    const started = await Emulator.start({ scenario: 'demo', latency: false, ...options });
    servers.push(started);
    return started;
  }

  async function startFront(certificate: Promise<KeyPair>): Promise<TlsFront> {
    const started = await TlsFront.start(emulator.url, await certificate);
    servers.push(started);
    return started;
  }

  /** A server of https on this machine. */
  const secure = (authority: Authority, options: CertificateOptions): Promise<TlsFront> =>
    startFront(authority.issue(options));

  /** How many requests a server has had from us by a host name. */
  const requestsTo = (host: string): number =>
    emulator.requests.filter(({ headers }) => headers.host === host).length;

  /** Has one problem follow the other: each is said above the rows, which stay; after the end they are live. */
  async function comesAndGoes(
    problems: readonly (readonly [begin: () => void | Promise<void>, message: RegExp])[],
    end: () => void | Promise<void>,
  ): Promise<void> {
    const rows = await sequin.rows().count();
    for (const [begin, message] of problems) {
      await begin();
      await sequin.sidebar.getByText(message).waitFor();
      assert.equal(await sequin.rows().count(), rows);
    }
    await sequin.picture('network-stale');
    await end();
    await sequin.sidebar.getByText(/^Updated /).waitFor({ state: 'hidden' });
    // Live again: what happens at the server from now on is seen.
    const name = `added-after-${rows}`;
    emulator.world.addSink({ name });
    await sequin.row(name).waitFor();
  }

  describe('with a proxy, and an authority that VS Code was told of', () => {
    before(() => openWorkbench({ 'http.proxy': proxy.url }, trusted));
    after(() => workbench.close());

    it('reaches by https, through the proxy, a server that the proxy alone knows', async () => {
      await connectTo(sequin, 'https://sequin.internal', { token: emulator.token, sink });
      assert.ok(proxy.asked.includes('CONNECT sequin.internal:443'));
      assert.ok(requestsTo('sequin.internal') > 0);
    });

    it('reaches it by http as well', async () => {
      await connectTo(sequin, 'http://sequin.internal:7376', { token: emulator.token, sink });
      assert.ok(proxy.asked.includes('GET http://sequin.internal:7376/api/sinks'));
    });

    it('reaches a server on this machine without the proxy', async () => {
      const before = proxy.asked.length;
      const { port } = await secure(namedAuthority, { hosts: ['localhost'] });
      await connectTo(sequin, `https://localhost:${port}`, { token: emulator.token, sink });
      assert.equal(proxy.asked.length, before);
    });

    it('trusts an authority of the system', async function () {
      // Elsewhere the system’s certificates are no file that a test could name.
      if (process.platform !== 'linux') this.skip();
      const front = await secure(systemAuthority, { hosts: ['localhost'] });
      await connectTo(sequin, front.url(), { token: emulator.token, sink });
    });

    it('is told that the proxy wants a login, does not reach the server, or is gone', async () => {
      proxy.refuse(407);
      await failToConnect(
        sequin,
        'https://sequin.internal',
        /proxy before .* asks for a user and a password/,
      );
      await disconnect(sequin);
      proxy.refuse(502);
      await failToConnect(sequin, 'https://sequin.internal', /\(status 502\).* or a proxy does not reach it/);
      await disconnect(sequin);
      await proxy.stop();
      await failToConnect(sequin, 'https://sequin.internal', /the proxy before it does not answer/);
      await proxy.restart();
      proxy.refuse(undefined);
    });

    it('keeps what it sees while the VPN is down, says so, and is live when it is back', async () => {
      await connectTo(sequin, 'https://sequin.internal', { token: emulator.token, sink });
      await comesAndGoes(
        [
          [
            () => {
              proxy.refuse(504);
            },
            /Updated .* · sequin\.internal is not ready \(status 504\)/,
          ],
          [() => proxy.stop(), /Updated .* · sequin\.internal cannot be reached, since the proxy/],
        ],
        async () => {
          proxy.refuse(undefined);
          await proxy.restart();
        },
      );
    });

    it('is told that a certificate has expired, or is for later', async () => {
      const expired = await secure(namedAuthority, { hosts: ['localhost'], days: [-2, -1] });
      await failToConnect(sequin, expired.url(), /has expired\. Whoever runs the server must renew it/);
      await disconnect(sequin);
      const early = await secure(namedAuthority, { hosts: ['localhost'], days: [1, 2] });
      await failToConnect(sequin, early.url(), /is not valid yet\. Is this machine’s clock right/);
    });

    it('is told that a certificate is for another name, and for which', async () => {
      const { port } = await secure(namedAuthority, { hosts: ['sequin.test', '10.0.0.7'] });
      await failToConnect(
        sequin,
        `https://localhost:${port}`,
        new RegExp(`localhost:${port} is for another host name.*: sequin\\.test, 10\\.0\\.0\\.7`),
      );
      await sequin.picture('network-name');
    });

    it('is told that a certificate vouches for itself', async () => {
      const front = await startFront(selfSigned({ hosts: ['localhost'] }));
      await failToConnect(sequin, front.url(), /is signed by itself.*NODE_EXTRA_CA_CERTS/);
    });

    it('is told that a server speaks http alone', async () => {
      const address = emulator.url.replace('http:', 'https:');
      await failToConnect(sequin, address, /does not speak https\. Try the address with http:\/\//);
    });

    it('is told that a server speaks an old TLS alone', async () => {
      const certificate = await namedAuthority.issue({ hosts: ['localhost'] });
      const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
      const front = await TlsFront.start(emulator.url, { ...certificate, ...old });
      servers.push(front);
      await failToConnect(sequin, front.url(), /must allow TLS 1\.2 or later/);
    });
  });

  describe('without a proxy, and with an authority that VS Code was not told of', () => {
    before(() =>
      openWorkbench(
        // No proxy, whatever the environment says.
        { 'http.noProxy': ['*'], 'http.systemCertificates': false, 'http.proxyStrictSSL': false },
        { ...trusted, NODE_EXTRA_CA_CERTS: undefined },
      ),
    );
    after(() => workbench.close());

    it('is told so, and how to tell VS Code, and sends no token', async () => {
      for (const authority of [namedAuthority, systemAuthority]) {
        const front = await secure(authority, { hosts: ['localhost'] });
        await failToConnect(
          sequin,
          front.url(),
          /an authority that this machine does not trust\. Add the authority .*NODE_EXTRA_CA_CERTS/,
        );
        assert.equal(requestsTo(`localhost:${front.port}`), 0);
        await sequin.picture('network-authority');
        await disconnect(sequin);
      }
    });

    it('is told that a host is not known', async () => {
      await failToConnect(sequin, 'https://sequin.invalid', /host of sequin\.invalid is not known/);
    });

    it('reaches an IPv6 address', async function () {
      // A machine without it has nowhere to serve on.
      if (!hasIpv6) this.skip();
      const server = await startEmulator({ host: '::1' });
      await connectTo(sequin, `http://[::1]:${portOf(server)}`, { token: server.token, sink });
    });

    it('reaches localhost on each address that it has here', async () => {
      for (const { address } of await lookup('localhost', { all: true })) {
        const server = await startEmulator({ host: address });
        await connectTo(sequin, `http://localhost:${portOf(server)}`, { token: server.token, sink });
        assert.ok(server.requests.length > 0);
        await disconnect(sequin);
      }
    });

    it('reaches a server below a path, and by an address that was pasted with its /api', async () => {
      const server = await startEmulator({ basePath: '/tools/sequin' });
      for (const pasted of ['/', '/api/sinks?page=1']) {
        await connectTo(sequin, `${server.url}${pasted}`, { token: server.token, sink });
        await disconnect(sequin);
      }
      assert.ok(server.requests.every(({ path }) => path.startsWith('/tools/sequin/')));
      const above = server.url.replace('/tools/sequin', '');
      await failToConnect(sequin, above, /There is no Sequin API at/);
    });

    it('is told of a login page in its place, and of a redirect to one', async () => {
      emulator.fault({ status: 200, body: '<!doctype html><title>Sign in</title>' });
      await failToConnect(sequin, emulator.url, /answered with a web page.*such as a login page/);
      await disconnect(sequin);
      emulator.fault({ status: 302, headers: { location: 'https://login.test/?back=here' } });
      await failToConnect(
        sequin,
        emulator.url,
        /redirects to https:\/\/login\.test\. Connect to that address if/,
      );
      await sequin.picture('network-redirect');
    });

    it('makes no link of what a server says', async () => {
      const summary = 'read [this](command:workbench.action.files.newUntitledFile)';
      emulator.fault({ status: 422, body: { summary } });
      await failToConnect(sequin, emulator.url, /refused the request: read \[this\] \(command:/);
      assert.equal(await sequin.input.getByRole('link').count(), 0);
    });

    it('keeps what it sees while the server restarts, says how far it is, and is live again', async () => {
      await connectTo(sequin, emulator.url, { token: emulator.token, sink });
      const fails = (status: number) => () => {
        emulator.fault({ status, body: '<html>' });
      };
      await comesAndGoes(
        [
          [
            () => {
              emulator.fault({ reset: true });
            },
            /Updated .* · The connection to .* broke off/,
          ],
          [fails(502), /Updated .* · .* is not ready \(status 502\); it may be starting/],
          [fails(503), /Updated .* · .* is not ready \(status 503\); it may be starting/],
          [() => emulator.stop(), /Updated .* · Nothing listens at .*\. Is Sequin running\?/],
        ],
        async () => {
          emulator.fault(undefined);
          await emulator.restart();
        },
      );
    });
  });
});

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
);

function portOf(server: Emulator): number {
  return Number(/:(\d+)(\/|$)/.exec(server.url)?.[1]);
}
