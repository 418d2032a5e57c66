import assert from 'node:assert/strict';
import { ChosenConnections } from '../../../src/yaml/ChosenConnections.ts';
import { MementoStub } from '../MementoStub.ts';

describe('ChosenConnections', () => {
  it('keeps the choices of retained connections, and deletes all other choices from storage', () => {
    const memento = new MementoStub();
    const chosen = new ChosenConnections(memento);
    chosen.set('file:///a/sequin.yaml', 'c1');
    chosen.set('file:///b/sequin.yaml', 'c2');
    chosen.retain(new Set(['c2']));
    const afterReload = new ChosenConnections(memento);
    assert.equal(afterReload.get('file:///a/sequin.yaml'), undefined);
    assert.equal(afterReload.get('file:///b/sequin.yaml'), 'c2');
    assert.ok(!memento.content.includes('c1'));
  });
});
