import assert from 'node:assert/strict';
import { removeConnection, signOut } from '../../../../src/commands/connections/connectionCommands.ts';
import { ServerRegistry } from '../../../../src/servers/ServerRegistry.ts';
import { connection, ConnectionProfile, token } from '../../connections/ConnectionProfile.ts';
import { createContext } from '../createContext.ts';
import { FakeUi } from '../FakeUi.ts';

describe('a command that deletes the secrets of a connection', () => {
  for (const [command, handler] of [
    ['Sign Out', signOut],
    ['Remove', removeConnection],
  ] as const) {
    for (const [secret, prefix] of [
      ['the token', 'sequin.token:'],
      ['the metrics URL', 'sequin.metrics:'],
    ] as const) {
      it(`reports that ${command} left a secret if secret storage can’t delete ${secret}`, async () => {
        const secrets = new Map<string, string>();
        const remove = async (key: string): Promise<void> => {
          await Promise.resolve();
          if (key.startsWith(prefix)) {
            throw new Error('locked');
          }
          secrets.delete(key);
        };
        const profile = new ConnectionProfile({ secrets, overrides: { delete: remove } });
        const connections = await profile.openWindow();
        await connections.signIn({ ...connection, name: 'Shop' }, token);
        const metrics = { url: 'http://host/metrics', username: 'u', password: 'p' };
        await profile.openMetrics().set(connection, metrics);
        const servers = new ServerRegistry();
        servers.setServers(connections.states.map((state) => ({ state, monitor: undefined })));
        const ui = new FakeUi();
        ui.answers = ['Remove'];
        const target = { kind: 'connection', connectionId: connection.id } as const;
        await handler(createContext({ ui, connections, servers }), { target, targets: [target] });
        assert.equal(
          ui.takeLines().at(-1),
          'error: Couldn’t delete all secrets for Shop from VS Code’s secret storage.',
        );
        assert.deepEqual([...secrets.keys()], [`${prefix}${connection.id}`]);
        servers.dispose();
        profile.closeWindows();
      });
    }
  }
});
