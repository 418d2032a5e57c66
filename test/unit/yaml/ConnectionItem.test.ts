import assert from 'node:assert/strict';
import { Emitter } from '../../../src/shared/lifecycle.ts';
import type { ConnectionItem } from '../../../src/yaml/providers/ConnectionItem.ts';
import type { YamlFiles } from '../../../src/yaml/providers/YamlFiles.ts';
import type { YamlServers } from '../../../src/yaml/providers/YamlServers.ts';
import { connectionTo } from '../samples.ts';
import {
  setActiveDocument,
  statusBarUpdates,
  typeCharacter,
  useVscodeEditorStub,
} from './vscodeEditorStub.ts';

describe('the status bar item with the connection of a sequin.yaml', () => {
  const changes = new Emitter<void>();
  const shop = { connection: { ...connectionTo('http://shop'), name: 'Shop' } };
  const sequinYaml = { name: 'sequin.yaml' };
  let match: typeof shop | undefined;
  let item: ConnectionItem;

  before(async () => {
    useVscodeEditorStub();
    const { ConnectionItem: Class } = await import('../../../src/yaml/providers/ConnectionItem.ts');
    const files = { get: (document: object) => (document === sequinYaml ? {} : undefined) };
    const servers = { monitors: [shop], onDidChange: changes.event, getMonitor: () => match };
    item = new Class(files as unknown as YamlFiles, servers as unknown as YamlServers);
  });
  beforeEach(() => {
    match = shop;
    setActiveDocument(undefined);
    statusBarUpdates.length = 0;
  });
  after(() => {
    item.dispose();
  });

  it('is shown only while a sequin.yaml is in the active editor', () => {
    setActiveDocument(sequinYaml);
    assert.equal(statusBarUpdates.at(-1), 'show');
    setActiveDocument({ name: 'other.yaml' });
    assert.equal(statusBarUpdates.at(-1), 'hide');
  });

  it('shows “No connection” while no connection matches the file, and then the matching connection', () => {
    setActiveDocument(sequinYaml);
    match = undefined;
    changes.fire();
    match = shop;
    changes.fire();
    assert.deepEqual(statusBarUpdates.slice(-2), ['$(server) No connection', '$(server) Shop']);
  });

  it('doesn’t update the status bar while the active editor and its connection stay the same', () => {
    for (const document of [sequinYaml, { name: 'other.yaml' }]) {
      setActiveDocument(document);
      statusBarUpdates.length = 0;
      typeCharacter();
      changes.fire();
      assert.deepEqual(statusBarUpdates, []);
    }
  });
});
