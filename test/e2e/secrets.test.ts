import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Emulator, type Fault } from '../emulator/Emulator.ts';
import { temporaryFolder } from '../host/temporaryFolder.ts';
import { Workbench } from '../host/Workbench.ts';
import { Secret } from '../Secret.ts';
import { SequinPage } from './SequinPage.ts';
import { Traces } from './Traces.ts';
import { until } from './until.ts';

/** With every character that some form of writing escapes. */
const newToken = (name: string): string => `${name}-"<&%+/\\'=>-${randomBytes(9).toString('hex')}`;

describe('a secret', () => {
  const token = newToken('token');
  const wrongToken = newToken('wrong');
  /** What the server itself tells may be drawn. It is no more for the log. */
  const told = newToken('told');
  const secrets = [token, wrongToken].flatMap((value) => [new Secret(value), new Secret(`Bearer ${value}`)]);

  const dataDir = temporaryFolder();
  let emulator: Emulator;
  let elsewhere: Server;
  let elsewhereUrl: string;
  const receivedElsewhere: { url: string; headers: IncomingHttpHeaders }[] = [];
  let workbench: Workbench;
  let sequin: SequinPage;
  let traces: Traces;

  before(async () => {
    // The server's clock stands still, and with it its backfills.
    const now = Date.now();
    emulator = await Emulator.start({ scenario: 'empty', latency: false, token, clock: { now: () => now } });
    const source = {
      include_schemas: null,
      exclude_schemas: null,
      exclude_tables: null,
      include_tables: ['shop.orders', 'shop.carts'],
    };
    const destination = {
      type: 'webhook',
      http_endpoint: `https://user:${encodeURIComponent(told)}@example.com`,
      headers: { authorization: told },
    };
    const checks = [{ name: 'Message delivery', status: 'error', error: `refused: ${told}` }];
    const health = { name: 'Health', status: 'error', checks } as never;
    emulator.world.addSink({ name: 'orders', source, destination, health });
    emulator.world.addSink({ name: `called ${told}` });
    emulator.world.addBackfill('orders', { table: 'shop.orders' });
    emulator.world.addBackfill('orders', { table: 'shop.carts', state: 'completed' });

    elsewhere = createServer(({ url = '', headers }, response) => {
      receivedElsewhere.push({ url, headers });
      response.end('{"data": []}');
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    elsewhereUrl = `http://127.0.0.1:${String((elsewhere.address() as AddressInfo).port)}`;

    workbench = await Workbench.open({
      version: 'newest',
      writesLogs: true,
      logLevel: 'trace',
      dataDir,
    });
    sequin = new SequinPage(workbench.page);
    traces = new Traces(workbench.page, dataDir);
    await sequin.open();
    await sequin.widenSidebar(430);
  });
  after(async () => {
    await workbench.close();
    await emulator.stop();
    elsewhere.closeAllConnections();
    elsewhere.close();
  });
  afterEach(async function () {
    if (this.currentTest?.isFailed()) {
      await sequin.picture(`failed-secrets-${this.currentTest.title.slice(0, 20).replaceAll(/\W/g, '-')}`);
    }
    await traces.look();
  });

  const backfill = () => emulator.world.getSink('orders').backfills[0]?.json ?? assert.fail();
  const sinkRow = () => sequin.row(/^orders(?!\.)/);
  const running = () => sequin.row(/^shop\.orders/);
  /** Waits for a message, looks at what it says, and takes it away. */
  const said = async (text: string | RegExp): Promise<void> => {
    await sequin.notification(text);
    await traces.look();
    await sequin.clearNotifications();
  };
  const confirm = async (button: string): Promise<void> => {
    await sequin.dialog.getByRole('button', { name: button, exact: true }).click();
  };
  const clipboard = async (): Promise<string> =>
    workbench.page.evaluate<string>('navigator.clipboard.readText()');
  const enterToken = async (value: string): Promise<void> => {
    await sequin.input.getByText('An API token of this server').waitFor();
    await sequin.enter(value);
  };

  describe('is used:', () => {
    it('to connect, after an address with a password, a wrong address, silence, and a wrong token', async () => {
      await sequin.sidebar.getByRole('button', { name: 'Connect to Sequin' }).click();
      await sequin.enter('http://user:password@127.0.0.1:1');
      await sequin.input
        .getByText(/user|password/i)
        .first()
        .waitFor();
      await sequin.enter('http://127.0.0.1:1');
      await enterToken(token);
      await sequin.input.getByText('Nothing listens at').waitFor();

      emulator.fault({ hang: true });
      await sequin.enter(emulator.url);
      await enterToken(token);
      await until(() => emulator.requests.length > 0);
      await workbench.page.keyboard.press('Escape');
      emulator.fault(undefined);

      await sequin.sidebar.getByRole('button', { name: 'Connect to Sequin' }).click();
      await sequin.enter(emulator.url);
      await enterToken(wrongToken);
      await sequin.input.getByText('refused the token').waitFor();
      await sequin.enter(token);
      await sinkRow().waitFor();
    });

    it('to look at everything', async () => {
      await sinkRow().click();
      await running().hover();
      await sequin.hover.getByText('Rows processed').first().waitFor();
      await traces.look();
      await workbench.page.mouse.move(900, 700);
      await running().click();
      await sequin.detail.getByRole('heading', { name: 'shop.orders' }).waitFor();
      await sequin.detail.getByText('JSON').first().click();
    });

    it('to copy', async () => {
      for (const item of ['Copy Backfill ID', 'Copy as cURL', 'Copy as JSON']) {
        const before = await clipboard();
        await sequin.choose(running(), item);
        await until(
          async () => (await clipboard()) !== before,
          () => traces.look(),
        );
        await traces.look();
      }
    });

    it('to pause', async () => {
      await sequin.choose(running(), 'Pause Backfill');
      await sequin.row(/^shop\.orders.*paused/).waitFor();
    });

    const echo = { summary: `Bearer ${token}`, validation_errors: { state: [`Bearer ${token} ${told}`] } };
    const echoed = { headers: { 'x-echo': encodeURIComponent(token) } };
    const faults: Readonly<Record<string, () => Fault>> = {
      'status 500': () => ({ status: 500, body: echo, ...echoed }),
      'a login page': () => ({ status: 200, body: `<html>${token} ${told}` }),
      'a broken connection': () => ({ reset: true }),
      'a redirect': () => ({ status: 302, headers: { location: `${elsewhereUrl}/elsewhere?token=1` } }),
      'another shape': () => ({ status: 200, body: { data: { token, told } } }),
      'a refusal in the words of the server': () => ({
        status: 422,
        body: { summary: told, validation_errors: { table: [told] } },
      }),
    };
    for (const [name, fault] of Object.entries(faults)) {
      it(`against ${name}`, async () => {
        emulator.fault({ ...fault(), path: /\/backfills$/ });
        await sequin.choose(sinkRow(), 'Export Backfill History…');
        await said('Show Log');
        emulator.fault(undefined);
      });
    }

    it('against items that are left out', async () => {
      emulator.fault({
        status: 200,
        body: {
          data: [
            { ...backfill(), state: { told, token } },
            { ...backfill(), id: 7, [told]: told },
          ],
        },
        path: /\/backfills$/,
      });
      const before = emulator.requests.length;
      await sequin.runCommand('Sequin: Refresh');
      await until(() => emulator.requests.slice(before).some(({ path }) => path.endsWith('/backfills')));
      emulator.fault(undefined);
    });

    it('against a refused token', async () => {
      emulator.fault({ status: 401, body: echo, ...echoed, path: /\/backfills$/ });
      await sequin.choose(sinkRow(), 'Export Backfill History…');
      await said('refused the token');
      emulator.fault(undefined);
    });

    it('over a reload, a sign-out and another sign-in', async () => {
      await workbench.reload();
      await sequin.detail.getByRole('heading', { name: 'shop.orders' }).waitFor();
      await sinkRow().waitFor();
      await traces.look();
      await sequin.runCommand('Sequin: Sign Out');
      await sequin.sidebar.getByRole('button', { name: 'Enter Token' }).click();
      await sequin.enter(token);
      await sinkRow().waitFor();
    });
  });

  describe('is looked for', () => {
    it('in a way that finds: each form in a file, and what is drawn, logged, copied, said, stored and asked', async () => {
      const planted = new Secret(newToken('planted'));
      const folder = join(dataDir, 'planted');
      await mkdir(folder);
      for (const [name, form] of planted.forms) {
        await writeFile(join(folder, name), form);
      }
      const plant = JSON.stringify(planted.forms.get('raw')?.toString());
      await workbench.page.evaluate(`(async () => {
        localStorage.setItem('planted', ${plant});
        const request = indexedDB.open('planted', 1);
        request.onupgradeneeded = () => {
          request.result.createObjectStore('bytes').put(new TextEncoder().encode(${plant}), 'key');
        };
        await new Promise((resolve) => (request.onsuccess = resolve));
        request.result.close();
      })()`);
      const found = await traces.find(planted);
      for (const name of planted.forms.keys()) {
        assert.ok(found.includes(`planted/${name}: ${name}`), `${name} was not found`);
      }
      assert.ok(found.includes('localStorage planted: raw'));
      assert.ok(found.includes('IndexedDB planted bytes key: raw'));

      const places = async (text: string) => (await traces.find(new Secret(text))).join('\n');
      const id = backfill().id;
      for (const place of [/^workbench: raw$/m, /^page: raw$/m, /^clipboard: raw$/m]) {
        assert.match(await places(id), place);
      }
      const { id: sinkId } = emulator.world.getSink('orders').json;
      assert.match(await places(`/api/sinks/${sinkId}/backfills 200`), /^data\/logs\/.*Sequin\.log: raw$/m);
      assert.match(await places('refused the token'), /^workbench: raw$/m);
      assert.match(await places(emulator.url), /settings\.json: raw$/m);
      assert.match(await places(told), /^workbench: /m);
    });

    it('and the token is in one header of what is asked of its server, and nowhere else', async () => {
      for (const secret of secrets) {
        assert.deepEqual(await traces.find(secret), []);
        for (const { method, path, headers, body } of emulator.requests) {
          const { authorization, ...others } = headers;
          assert.deepEqual(secret.formsIn(JSON.stringify({ method, path, others, body })), []);
          assert.ok([`Bearer ${token}`, `Bearer ${wrongToken}`].includes(authorization ?? ''));
        }
      }
    });

    it('and no other server was asked anything', () => {
      assert.deepEqual(receivedElsewhere, []);
      assert.ok(emulator.requests.every(({ path }) => !/show.?sensitive/i.test(path)));
    });

    it('and what a server tells of secrets is not in the log', async () => {
      const found = await traces.find(new Secret(told));
      assert.deepEqual(
        found.filter((place) => place.includes('log')),
        [],
      );
    });

    it('and nothing is left of it once the connection is removed', async () => {
      await sequin.runCommand('Sequin: Remove Connection');
      await confirm('Remove');
      await sequin.sidebar.getByRole('button', { name: 'Connect to Sequin' }).waitFor();
      const stored = await workbench.page.evaluate<string>('JSON.stringify(localStorage)');
      assert.ok(!stored.includes('sequin.token'), 'the secret is still stored');
    });
  });
});
