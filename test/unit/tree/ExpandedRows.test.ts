import assert from 'node:assert/strict';
import { ExpandedRows } from '../../../src/tree/ExpandedRows.ts';
import { MementoStub } from '../MementoStub.ts';

describe('ExpandedRows', () => {
  it('permanently forgets the rows of all connections except the retained ones', () => {
    const memento = new MementoStub();
    const before = new ExpandedRows(memento);
    // Version 0.1.0 used the address, which contains slashes, as the id.
    for (const id of ['c1', 'c1/s1', 'c12/s1', 'http://a', 'http://a/s1', 'http://a/team/s1']) {
      before.setExpanded(id, true);
    }
    before.retain(new Set(['c1', 'http://a']));
    const after = new ExpandedRows(memento);
    const isExpanded = (id: string): boolean => after.isExpanded(id, false);
    assert.ok(['c1', 'c1/s1', 'http://a', 'http://a/s1'].every(isExpanded));
    assert.ok(!['c12/s1', 'http://a/team/s1'].some(isExpanded));
    after.retain(new Set());
    assert.ok(!memento.content.includes('c1'));
  });

  it('forgets a removed connection even if its address begins with that of a retained connection', () => {
    const memento = new MementoStub();
    const rows = new ExpandedRows(memento);
    rows.setExpanded('http://a/team', true);
    rows.retain(new Set(['http://a', 'http://a/team']));
    assert.ok(rows.isExpanded('http://a/team', false));
    rows.retain(new Set(['http://a']));
    assert.ok(!memento.content.includes('team'));
  });
});
