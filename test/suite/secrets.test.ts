import assert from 'node:assert/strict';
import manifest from '../../package.json' with { type: 'json' };

describe('the settings of a workspace', () => {
  it('can change neither connections nor notifications', () => {
    const { properties } = manifest.contributes.configuration;
    const allowed = Object.entries(properties).filter(([, { scope }]) => scope !== 'application');
    assert.deepEqual(allowed.map(([name]) => name).sort(), [
      'sequin.tree.runningFirst',
      'sequin.tree.showDatabases',
      'sequin.yaml.codeLens',
    ]);
  });
});
