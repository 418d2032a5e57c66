import assert from 'node:assert/strict';
import type { SequinApi } from '../../../../src/api/SequinApi.ts';
import type { CommandHandler } from '../../../../src/commands/CommandHandler.ts';
import { connect, enterToken } from '../../../../src/commands/connections/connect.ts';
import { hideConnection } from '../../../../src/commands/connections/connectionCommands.ts';
import { setMetricsUrl } from '../../../../src/commands/connections/setMetricsUrl.ts';
import type { Target } from '../../../../src/commands/Target.ts';
import type { MetricsSource } from '../../../../src/model/deliveries/MetricsSource.ts';
import { SequinError } from '../../../../src/model/failure.ts';
import { ServerRegistry } from '../../../../src/servers/ServerRegistry.ts';
import { MementoSet } from '../../../../src/shared/MementoSet.ts';
import { storageKeys } from '../../../../src/shared/storageKeys.ts';
import { ConnectionProfile } from '../../connections/ConnectionProfile.ts';
import { apiWith } from '../../samples.ts';
import { createContext } from '../createContext.ts';
import { FakeUi } from '../FakeUi.ts';

const address = 'https://sequin.example';
const token = 'good-token';
const formatTokenPrompt = (usedAddress: string) =>
  `API token of ${usedAddress}, from Manage account in the Sequin console. It’s stored in VS Code’s secret storage.`;
const addressPrompt = 'Address of your Sequin server, such as http://localhost:7376';

describe('a command that prompts for a connection', () => {
  let profile: ConnectionProfile;
  let servers: ServerRegistry;
  let ui: FakeUi;
  /** The address and the token of each request. */
  let requests: string[];
  /** The failure of every request for sinks; undefined if the requests succeed. */
  let failure: SequinError | undefined;

  beforeEach(() => {
    profile = new ConnectionProfile();
    servers = new ServerRegistry();
    ui = new FakeUi();
    requests = [];
    failure = undefined;
  });
  afterEach(() => {
    servers.dispose();
    profile.closeWindows();
  });

  const createApiClient = (usedAddress: string, usedToken: string): SequinApi =>
    apiWith({
      getVersion: () => Promise.resolve('0.14.6'),
      listSinks: () => {
        requests.push(`${usedAddress} ${usedToken}`);
        return failure === undefined
          ? Promise.resolve({ items: [], skipped: 0, serverTime: undefined })
          : Promise.reject(failure);
      },
    });

  /** Creates a fetch of metrics that require the user name `u` and the password `p`. */
  const createMetricsFetch =
    ({ username, password }: MetricsSource) =>
    async () =>
      username === 'u' && password === 'p'
        ? Promise.resolve(undefined)
        : Promise.reject(new SequinError({ kind: 'unauthorized' }));

  async function run(handler: CommandHandler, target?: Target): Promise<string[]> {
    const connections = await profile.openWindow();
    servers.setServers(connections.states.map((state) => ({ state, monitor: undefined })));
    const context = createContext({
      ui,
      connections,
      servers,
      createApiClient,
      createMetricsFetch,
      metrics: profile.openMetrics(),
      settledMetricsOffers: new MementoSet(profile.memento, storageKeys.metricsOffers),
      insecureConsent: new MementoSet(profile.memento, storageKeys.acceptedAddresses),
    });
    await handler(context, { target, targets: target && [target] });
    return ui.takeLines();
  }

  it('adds the first connection and shows the Sinks view', async () => {
    ui.entered = [address, token];
    assert.deepEqual(await run(connect), [
      `${addressPrompt} [http://localhost:7376]`,
      `${formatTokenPrompt(address)} []`,
      'sequin.sinks.focus',
    ]);
    assert.deepEqual(requests, [`${address} ${token}`]);
    assert.equal(profile.setting.length, 1);
  });

  it('prompts for the name of another connection, and adds no connection without a name', async () => {
    await profile.edit([{ id: 'c1', address: 'http://localhost:7376', name: 'sequin.example' }]);
    ui.entered = [address, token];
    assert.equal((await run(connect)).at(-1), 'Enter a name for this connection [sequin.example 2]');
    assert.equal(profile.setting.length, 1);
    ui.entered = [address, token, 'sequin.example', 'Staging'];
    assert.deepEqual((await run(connect)).slice(2), [
      'Enter a name for this connection [sequin.example 2]',
      'Enter a name for this connection [sequin.example] A connection named sequin.example already exists.',
      'sequin.sinks.focus',
    ]);
    assert.equal(profile.setting.length, 2);
  });

  it('explains an invalid address, with an example or the next step', async () => {
    ui.entered = ['http://', 'https://user:password@host'];
    assert.deepEqual((await run(connect)).slice(1), [
      `${addressPrompt} [http://] Enter a valid address, such as http://localhost:7376`,
      `${addressPrompt} [https://user:password@host] Remove the user name and password from the address. You enter the token in the next step.`,
    ]);
  });

  it('returns to the address input if the user presses Back or declines to connect without encryption', async () => {
    await (await profile.openWindow()).signIn({ id: 'c1', address, name: 'Shop' }, token);
    ui.entered = [{ value: '', isBack: true }, 'http://remote.example', address, token];
    assert.deepEqual(await run(enterToken, { kind: 'connection', connectionId: 'c1' }), [
      `${formatTokenPrompt(address)} []`,
      `${addressPrompt} [${address}]`,
      'Connect to http://remote.example without encryption? [Connect Without Encryption] [Don’t Connect]',
      `${addressPrompt} [http://remote.example]`,
      `${formatTokenPrompt(address)} []`,
    ]);
  });

  it('keeps a typed token while the address stays the same, but not for another address', async () => {
    ui.entered = [address, { value: token, isBack: true }, address, { value: token, isBack: true }];
    ui.entered.push(`${address}/team`);
    assert.deepEqual(await run(connect), [
      `${addressPrompt} [http://localhost:7376]`,
      `${formatTokenPrompt(address)} []`,
      `${addressPrompt} [${address}]`,
      `${formatTokenPrompt(address)} [${token}]`,
      `${addressPrompt} [${address}]`,
      `${formatTokenPrompt(`${address}/team`)} []`,
    ]);
    assert.deepEqual(requests, []);
  });

  it('keeps the address and the token after a failure', async () => {
    failure = new SequinError({ kind: 'timeout', afterMs: 20_000 });
    ui.entered = [address, token, address];
    assert.deepEqual((await run(connect)).slice(2), [
      `${addressPrompt} [${address}] sequin.example didn’t respond within 20 s.`,
      `${formatTokenPrompt(address)} [${token}]`,
    ]);
  });

  it('keeps the address and the token if the settings can’t be written, and saves them with Try Again', async () => {
    profile.isReadOnly = true;
    ui.entered = [address, token];
    assert.equal(
      (await run(connect)).at(-1),
      'error: Couldn’t save your connections. The file has unsaved changes. [Try Again]',
    );
    profile.isReadOnly = false;
    await ui.press('Try Again');
    assert.deepEqual(ui.takeLines(), []);
    const [added] = (await profile.openWindow()).states;
    assert.equal(added?.kind, 'signedIn');
  });

  it('does nothing if the argument has no connection ID', async () => {
    await profile.edit([{ id: 'c1', address }]);
    assert.deepEqual(await run(hideConnection, { kind: 'incomplete' }), []);
    assert.deepEqual(profile.setting, [{ id: 'c1', address }]);
  });

  it('asks the user to connect first if there is no connection', async () => {
    assert.deepEqual(await run(setMetricsUrl), ['information: Connect to a Sequin server first.']);
  });

  it('keeps a metrics URL, a user name and a password when the user goes back', async () => {
    await (await profile.openWindow()).signIn({ id: 'c1', address, name: 'Shop' }, token);
    await profile.edit([...profile.setting, { id: 'c2', address: 'https://signed.out' }]);
    const url = 'http://sequin.example:9000/metrics';
    ui.entered = [url, url, 'u', { value: 'p', isBack: true }, 'u', 'p'];
    ui.answers = ['Don’t Use', 'Use Without Encryption'];
    assert.deepEqual(
      (await run(setMetricsUrl)).map((line) => /(?:\[[^\]]*\]|status.*)$/.exec(line)?.[0]),
      [
        '[http://sequin.example:8376/metrics]',
        '[Don’t Use]',
        `[${url}]`,
        '[Don’t Use]',
        '[]',
        '[]',
        '[u]',
        '[p]',
        'status bar: Metrics of Shop turned on.',
      ],
    );
  });
});
