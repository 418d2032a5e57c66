import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import type { HealthJson } from '../../src/sampleServer/sequinTypes.ts';
import type { Emulator, Fault } from '../emulator/Emulator.ts';
import { createTemporaryFolder } from '../host/temporaryFolder.ts';
import { Secret } from '../Secret.ts';
import { cleanUpAfterAll, createFrozenClock, createSource, test } from './fixtures.ts';
import { LeakScanner } from './LeakScanner.ts';
import type { SequinPage } from './SequinPage.ts';

/** Creates a token with characters that URL, JSON and HTML encoding escape. */
const createToken = (name: string): string => `${name}-"<&%+/\\'=>-${randomBytes(9).toString('hex')}`;

test.describe('Secrets', () => {
  test.describe.configure({ mode: 'serial' });
  cleanUpAfterAll();
  const token = createToken('token');
  const wrongToken = createToken('wrong');
  /** A secret in the server's responses. It may be displayed but not logged. */
  const reported = createToken('reported');
  /** A part of a sink's name. */
  const namePart = createToken('namePart');
  const secrets = [token, wrongToken].flatMap((value) => [new Secret(value), new Secret(`Bearer ${value}`)]);

  let dataDir: string;
  let emulator: Emulator;
  let otherUrl: string;
  const requestsToOther: { url: string; headers: IncomingHttpHeaders }[] = [];
  let sequin: SequinPage;
  let scanner: LeakScanner;

  test.beforeAll(async ({ startEmulator, openOwnWorkbench, cleanup }) => {
    emulator = await startEmulator({ scenario: 'empty', token, clock: createFrozenClock() });
    const source = createSource('shop.orders', 'shop.carts');
    const destination = {
      type: 'webhook',
      http_endpoint: `https://user:${encodeURIComponent(reported)}@example.com`,
      headers: { authorization: reported },
    };
    const health: HealthJson = {
      name: 'Health',
      status: 'error',
      checks: [{ name: 'Message delivery', status: 'error', error: `refused: ${reported}` }],
    };
    emulator.world.addSink({ name: 'orders', source, destination, health });
    emulator.world.addSink({ name: `called ${namePart}` });
    emulator.world.addBackfill('orders', { table: 'shop.orders' });
    emulator.world.addBackfill('orders', { table: 'shop.carts', state: 'completed' });

    const other = createServer(({ url = '', headers }, response) => {
      requestsToOther.push({ url, headers });
      response.end('{"data": []}');
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    cleanup.add(async () => {
      other.closeAllConnections();
      await other[Symbol.asyncDispose]();
    });
    otherUrl = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;

    dataDir = createTemporaryFolder();
    sequin = await openOwnWorkbench({ writesLogs: true, logLevel: 'trace', dataDir });
    scanner = new LeakScanner(sequin.page, dataDir);
    await sequin.open();
    await sequin.widenSidebar(430);
  });
  test.afterEach(() => scanner.capture());

  const getBackfill = () => emulator.world.getSink('orders').backfills[0]?.json;
  const sinkRow = () => sequin.row(/^orders(?!\.)/);
  const running = () => sequin.row(/^shop\.orders/);
  /** Waits for a notification, captures the content of the window, and removes the notification. */
  const expectNotification = async (text: string): Promise<void> => {
    await sequin.waitForNotification(text);
    await scanner.capture();
    await sequin.clearNotifications();
  };
  const enterToken = async (value: string): Promise<void> => {
    await expect(sequin.input.getByText('API token of http://127.0.0.1:')).toBeVisible();
    await sequin.enter(value);
  };

  test.describe('use of a token', () => {
    test('connects after an invalid and an unreachable address, a dismissed attempt and a rejected token', async () => {
      await sequin.sidebar.getByRole('button', { name: 'Connect to Sequin' }).click();
      await sequin.enter('http://user:password@127.0.0.1:1');
      await expect(sequin.input.getByText(/user|password/i).first()).toBeVisible();
      await sequin.enter('http://127.0.0.1:1');
      await expect(sequin.input.getByText('Can’t connect to')).toBeVisible();

      emulator.fault({ hang: true });
      await sequin.enter(emulator.url);
      await expect.poll(() => emulator.requests).not.toEqual([]);
      await sequin.page.keyboard.press('Escape');
      emulator.fault(undefined);

      await sequin.sidebar.getByRole('button', { name: 'Connect to Sequin' }).click();
      await sequin.enter(emulator.url);
      await enterToken(wrongToken);
      await expect(sequin.input.getByText('rejected the API token')).toBeVisible();
      await sequin.enter(token);
      await expect(sinkRow()).toBeVisible();
    });

    test('displays a backfill in the tree, in its hover and on its page', async () => {
      await sequin.expand(sinkRow());
      await sequin.expectHover(running(), 'Started');
      await scanner.capture();
      await sequin.moveMouseAway();
      await sequin.openPage(running(), 'shop.orders');
      await sequin.detail.getByText('JSON').first().click();
    });

    test('copies the ID, the cURL command and the JSON of a backfill', async () => {
      for (const item of ['Copy Backfill ID', 'Copy as cURL', 'Copy as JSON']) {
        const previousText = await sequin.readClipboard();
        await sequin.choose(running(), item);
        await expect(async () => {
          await scanner.capture();
          expect(await sequin.readClipboard()).not.toBe(previousText);
        }).toPass({ timeout: 45_000, intervals: [0] });
        await scanner.capture();
      }
    });

    test('pauses a backfill', async () => {
      await sequin.choose(running(), 'Pause Backfill');
      await expect(sequin.row(/^shop\.orders.*Paused/)).toBeVisible();
    });

    const echoBody = {
      summary: `Bearer ${token}`,
      validation_errors: { state: [`Bearer ${token} ${reported}`] },
    };
    const echoHeaders = { 'x-echo': encodeURIComponent(token) };
    const faults: Readonly<Record<string, () => Fault>> = {
      'status 500': () => ({ status: 500, body: echoBody, headers: echoHeaders }),
      'a login page': () => ({ status: 200, body: `<html>${token} ${reported}` }),
      'a lost connection': () => ({ reset: true }),
      'a redirect': () => ({ status: 302, headers: { location: `${otherUrl}/elsewhere?token=1` } }),
      'an unexpected response': () => ({ status: 200, body: { data: { token, reported } } }),
      'a rejection with the server’s message': () => ({
        status: 422,
        body: { summary: reported, validation_errors: { table: [reported] } },
      }),
    };
    for (const [name, fault] of Object.entries(faults)) {
      test(`reports ${name}`, async () => {
        emulator.fault({ ...fault(), path: /\/backfills$/ });
        await sequin.choose(sinkRow(), 'Export Backfill History…');
        await sequin.input.getByRole('option', { name: 'CSV' }).click();
        await expectNotification('Show Log');
        emulator.fault(undefined);
      });
    }

    test('refreshes even if a response contains invalid items', async () => {
      emulator.fault({
        status: 200,
        body: {
          data: [
            { ...getBackfill(), state: { reported, token } },
            { ...getBackfill(), id: 7, [reported]: reported },
          ],
        },
        path: /\/backfills$/,
      });
      const requestCount = emulator.requests.length;
      await sequin.runCommand('Sequin: Refresh');
      await expect
        .poll(() => emulator.requests.slice(requestCount).map(({ path }) => path))
        .toContainEqual(expect.stringMatching(/\/backfills$/));
      emulator.fault(undefined);
    });

    test('reports a rejected token', async () => {
      emulator.fault({ status: 401, body: echoBody, headers: echoHeaders });
      // Refreshes without a row, because the first rejected request, such as that of a poll, empties the tree.
      await sequin.runCommand('Sequin: Refresh');
      await expectNotification('rejected the API token');
      emulator.fault(undefined);
    });

    test('reloads the window, signs out and signs in again', async () => {
      await sequin.workbench.reload();
      await expect(sequin.detail.getByRole('heading', { name: 'shop.orders' })).toBeVisible();
      await expect(sinkRow()).toBeVisible();
      await scanner.capture();
      await sequin.runCommand('Sequin: Sign Out');
      await sequin.sidebar.getByRole('button', { name: 'Enter Token' }).click();
      await sequin.enter(token);
      await expect(sinkRow()).toBeVisible();
    });
  });

  test.describe('search for leaks', () => {
    test('the leak scanner finds every encoding of a secret in every place', async () => {
      const planted = new Secret(createToken('planted'));
      const folder = join(dataDir, 'planted');
      await mkdir(folder);
      for (const [name, form] of planted.forms) {
        await writeFile(join(folder, name), form);
      }
      const plant = JSON.stringify(planted.forms.get('raw')?.toString());
      await sequin.page.evaluate(`(async () => {
        localStorage.setItem('planted', ${plant});
        const request = indexedDB.open('planted', 1);
        request.onupgradeneeded = () => {
          request.result.createObjectStore('bytes').put(new TextEncoder().encode(${plant}), 'key');
        };
        await new Promise((resolve) => (request.onsuccess = resolve));
        request.result.close();
      })()`);
      const plantedPlaces = await scanner.find(planted);
      const forms = [...planted.forms.keys()];
      expect(plantedPlaces).toEqual(expect.arrayContaining(forms.map((name) => `planted/${name}: ${name}`)));
      expect(plantedPlaces).toContain('localStorage planted: raw');
      expect(plantedPlaces).toContain('IndexedDB planted bytes key: raw');

      const findPlaces = async (text: string) => (await scanner.find(new Secret(text))).join('\n');
      for (const place of [/^workbench: raw$/m, /^webview: raw$/m, /^clipboard: raw$/m]) {
        expect(await findPlaces(getBackfill()?.id ?? '')).toMatch(place);
      }
      const { id: sinkId } = emulator.world.getSink('orders').json;
      expect(await findPlaces(`/api/sinks/${sinkId}/backfills 200`)).toMatch(
        /^data\/logs\/.*Sequin\.log: raw$/m,
      );
      expect(await findPlaces('rejected the API token')).toMatch(/^workbench: raw$/m);
      expect(await findPlaces(emulator.url)).toMatch(/settings\.json: raw$/m);
      for (const text of [reported, namePart]) {
        expect(await findPlaces(text)).toMatch(/^workbench: /m);
      }
    });

    test('the token appears in the Authorization header of requests to its server and nowhere else', async () => {
      for (const secret of secrets) {
        expect(await scanner.find(secret)).toEqual([]);
        for (const { method, path, headers, body } of emulator.requests) {
          const { authorization, ...others } = headers;
          expect(secret.formsIn(JSON.stringify({ method, path, others, body }))).toEqual([]);
          // The extension checks the address before the user enters the token.
          const isAddressCheck = authorization === undefined && path === '/info/version';
          expect(
            isAddressCheck || [`Bearer ${token}`, `Bearer ${wrongToken}`].includes(authorization ?? ''),
          ).toBe(true);
        }
      }
    });

    test('no other server receives a request, and no request asks for sensitive values', () => {
      expect(requestsToOther).toEqual([]);
      expect(emulator.requests.filter(({ path }) => /show.?sensitive/i.test(path))).toEqual([]);
    });

    test('the log contains no secrets from the server’s responses', async () => {
      const findLogs = async (text: string) =>
        (await scanner.find(new Secret(text))).filter((place) => place.includes('log'));
      expect(await findLogs(reported)).toEqual([]);
      // At the level "trace", VS Code logs the labels of the rows that it refreshes.
      expect((await findLogs(namePart)).filter((place) => !place.includes('/window.log'))).toEqual([]);
    });

    test('removing the connection deletes the stored token', async () => {
      // VS Code encrypts all secrets together, so only the size of the result shows whether it contains the token.
      const readStorageSize = () => sequin.page.evaluate<number>('localStorage["secrets.provider"].length');
      const sizeWithToken = await readStorageSize();
      await sequin.runCommand('Sequin: Remove Connection');
      await sequin.clickInDialog('Remove');
      await expect(sequin.sidebar.getByRole('button', { name: 'Connect to Sequin' })).toBeVisible();
      await expect.poll(readStorageSize).toBeLessThan(sizeWithToken - token.length);
    });
  });
});
