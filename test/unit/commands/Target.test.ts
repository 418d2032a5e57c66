import assert from 'node:assert/strict';
import { parseCommandTargets } from '../../../src/commands/Target.ts';
import type { TreeNode } from '../../../src/tree/TreeNode.ts';

const connectionId = 'c1';
const connection = { kind: 'connection', connectionId } as const;
const sink = { kind: 'sink', connectionId, sinkId: 's1' } as const;
const backfill = { kind: 'backfill', connectionId, sinkId: 's1', backfillId: 'b1' } as const;

describe('the targets of a command', () => {
  const nodes: readonly TreeNode[] = [connection, sink, backfill];
  for (const node of nodes) {
    it(`include the row of a ${node.kind}`, () => {
      assert.deepEqual(parseCommandTargets(node, undefined), { target: node, targets: [node] });
    });
  }

  it('contain the sink or connection of a message row instead of the row', () => {
    const message = { kind: 'loading' } as const;
    const inSink: TreeNode = { kind: 'message', connectionId, list: 'backfills', sinkId: 's1', message };
    assert.deepEqual(parseCommandTargets(inSink, undefined).target, sink);
    for (const list of ['sinks', 'databases'] as const) {
      const inConnection: TreeNode = { kind: 'message', connectionId, list, sinkId: undefined, message };
      assert.deepEqual(parseCommandTargets(inConnection, undefined).target, connection);
    }
  });

  it('are recognized by their ids, without a kind', () => {
    assert.deepEqual(
      parseCommandTargets({ connectionId, sinkId: 's1', backfillId: 'b1' }, undefined).target,
      backfill,
    );
  });

  it('are the selected rows if the row of the command is among them, and otherwise only that row', () => {
    assert.deepEqual(parseCommandTargets(backfill, [backfill, sink]), {
      target: backfill,
      targets: [backfill, sink],
    });
    assert.deepEqual(parseCommandTargets(backfill, [sink]), { target: backfill, targets: [backfill] });
  });

  it('are undefined without an argument', () => {
    assert.deepEqual(parseCommandTargets(undefined, undefined), { target: undefined, targets: undefined });
    assert.deepEqual(parseCommandTargets(undefined, [sink]), { target: undefined, targets: undefined });
  });

  it("are empty for values that aren't rows", () => {
    for (const value of [null, 1, 'b1', [], {}, { connectionId: 1 }]) {
      assert.deepEqual(parseCommandTargets(value, value), { target: undefined, targets: [] });
    }
  });

  it('are incomplete for ids without a connection ID', () => {
    for (const value of [{ sinkId: 's1' }, { backfillId: 'b1' }, { databaseId: 'd1' }]) {
      assert.deepEqual(parseCommandTargets(value, undefined).target, { kind: 'incomplete' });
    }
  });

  it("leave out selected values that aren't rows", () => {
    assert.deepEqual(parseCommandTargets(sink, [sink, undefined, 'b1']).targets, [sink]);
  });
});
