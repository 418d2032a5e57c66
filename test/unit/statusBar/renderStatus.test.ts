import assert from 'node:assert/strict';
import type { Backfill } from '../../../src/model/Backfill.ts';
import { emptySnapshot, type Snapshot } from '../../../src/servers/Snapshot.ts';
import { renderStatus } from '../../../src/statusBar/renderStatus.ts';
import { setLocale } from '../../../src/text/format.ts';
import { backfill, connectionTo, now, sink } from '../samples.ts';

const hour = 3600_000;

/** Creates a snapshot with the sample sink and the given backfills. */
function snapshotOf(...backfills: readonly Partial<Backfill>[]): Snapshot {
  const all = backfills.map((changes, index) => backfill({ id: `b${index}`, ...changes }));
  return {
    ...emptySnapshot,
    sinks: new Map([[sink().id, sink()]]),
    sinksLoad: { loading: false, loadedAt: now, failure: undefined },
    backfills: new Map([[sink().id, new Map(all.map((each) => [each.id, each]))]]),
  };
}

/** Returns a copy of a snapshot with a paused sink, so that its running backfills are stalled at once. */
const pauseSink = (snapshot: Snapshot): Snapshot => ({
  ...snapshot,
  sinks: new Map([[sink().id, sink({ status: 'paused' })]]),
});

/** Creates a server with the given name and snapshot. */
const serverWith = (name: string, snapshot: Snapshot) => ({
  connection: { ...connectionTo(`http://${name}`), name },
  snapshot,
  serverNow: now + snapshot.clockSkewMs,
});
type TestServer = ReturnType<typeof serverWith>;

function renderAll(
  servers: readonly TestServer[],
  options: { lastViewedAt?: number; isStallSeen?: boolean } = {},
) {
  const { lastViewedAt = now - hour, isStallSeen = false } = options;
  return renderStatus({ monitors: servers, lastViewedAt, isStallSeen: () => isStallSeen, now });
}

const render = (snapshot: Snapshot, options = {}) => renderAll([serverWith('Laptop', snapshot)], options);

const failure = { kind: 'network', reason: 'refused' } as const;
const makeStale = (snapshot: Snapshot): Snapshot => ({
  ...snapshot,
  sinksLoad: { loading: false, loadedAt: now - 60_000, failure },
});

/** Returns the lines of a hover as the user sees them, without markup and link targets. */
const listLines = (hover = ''): string[] =>
  hover.split(/\n+/).map((line) =>
    line
      .replace(/\[([^\]]*)\]\(command:[^)]*\)/g, '$1')
      .replace(/&#(\d+);/g, (_entity, code) => String.fromCodePoint(Number(code)))
      .replaceAll('**', '')
      .trim(),
  );
const viewLinks = ['---', 'Show Activity · Show Sinks'];

describe('renderStatus', () => {
  before(() => {
    setLocale('en', 'UTC');
  });

  const texts: readonly [name: string, snapshot: Snapshot, text: string | undefined, urgency?: string][] = [
    ['no backfills', emptySnapshot, undefined],
    ['paused and completed backfills', snapshotOf({ state: 'paused' }, { state: 'completed' }), undefined],
    [
      'running backfills',
      snapshotOf({}, { rowsProcessed: 0, rowsInitial: 400_000 }),
      '$(sync) 2 running · 15%',
    ],
    [
      'running backfills, one of which has no total',
      snapshotOf({}, { rowsInitial: null }),
      '$(sync) 2 running · 47%',
    ],
    ['a running backfill without a total', snapshotOf({ rowsInitial: null }), '$(sync) 1 running'],
    ['a backfill that reads rows again', snapshotOf({ rowsProcessed: 206_000 }), '$(sync) 1 running'],
    ['stalled backfills', pauseSink(snapshotOf({}, {})), '$(warning) 2 stalled', 'warning'],
    [
      'a failed and a running backfill',
      snapshotOf({ state: 'failed' }, {}),
      '$(sync) 1 running · 47%  $(error) 1 failed',
      'error',
    ],
    ['failed backfills', snapshotOf({ state: 'failed' }, { state: 'failed' }), '$(error) 2 failed', 'error'],
    ['a running backfill whose data is stale', makeStale(snapshotOf({})), '$(sync-ignored) 1 running · 47%'],
    [
      'a stalled backfill whose data is stale',
      makeStale(pauseSink(snapshotOf({}))),
      '$(sync-ignored)  $(warning) 1 stalled',
      'warning',
    ],
    [
      'a failed backfill whose data is stale',
      makeStale(snapshotOf({ state: 'failed' })),
      '$(sync-ignored)  $(error) 1 failed',
      'error',
    ],
  ];
  for (const [name, snapshot, text, urgency = 'none'] of texts) {
    it(`shows ${text === undefined ? 'nothing' : `"${text}"`} for ${name}`, () => {
      const status = render(snapshot);
      assert.equal(status?.text, text);
      assert.equal(status?.urgency ?? 'none', urgency);
    });
  }

  it('counts a stalled backfill as stalled, not as running', () => {
    const stalled = pauseSink(snapshotOf({}));
    const status = renderAll([serverWith('Laptop', stalled), serverWith('Shop', snapshotOf({}, {}))]);
    assert.equal(status?.text, '$(sync) 2 running · 47%  $(warning) 1 stalled');
    assert.equal(status.accessibleLabel, 'Sequin: 2 running, 47%, 1 stalled');
  });

  it('has a background color only for problems that the user has not seen', () => {
    const stalled = pauseSink(snapshotOf({}));
    const failed = snapshotOf({ state: 'failed' }, {});
    assert.equal(render(stalled)?.urgency, 'warning');
    assert.equal(render(stalled, { isStallSeen: true })?.urgency, 'none');
    assert.equal(render(failed)?.urgency, 'error');
    assert.equal(render(failed, { lastViewedAt: now })?.urgency, 'none');
    const both = [serverWith('Laptop', failed), serverWith('Shop', stalled)];
    assert.equal(renderAll(both)?.urgency, 'error');
  });

  it('returns the command that opens the Activity view, or the Sinks view if there are only failed backfills', () => {
    assert.equal(render(snapshotOf({}))?.command, 'sequin.activity.focus');
    assert.equal(render(snapshotOf({ state: 'failed' }))?.command, 'sequin.sinks.focus');
  });

  it('lists failed, stalled and running backfills in its hover, each with a link to its page', () => {
    const status = render(
      snapshotOf(
        { table: 'a' },
        { table: 'b', state: 'failed', updatedAt: now - 60_000 },
        { state: 'paused' },
      ),
    );
    assert.deepEqual(listLines(status?.hover), [
      'Sequin Backfills · 1 running · 47% · 1 failed',
      '$(error) b → orders-kafka · at 47% · 1 min ago',
      '$(sync) a → orders-kafka · 47%',
      ...viewLinks,
    ]);
    assert.deepEqual(listLines(render(pauseSink(snapshotOf({ updatedAt: now - hour })))?.hover).slice(1, 2), [
      '$(warning) public.orders → orders-kafka · sink paused · 1 h',
    ]);
    const [, query = ''] = /command:sequin\.openBackfill\?([^)]*)\)/.exec(status?.hover ?? '') ?? [];
    assert.deepEqual(JSON.parse(decodeURIComponent(query)), [
      { connectionId: 'http://Laptop', sinkId: sink().id, backfillId: 'b1' },
    ]);
  });

  it('names the connection of each backfill if there are several connections', () => {
    const hover = renderAll([serverWith('Laptop', snapshotOf({})), serverWith('Shop', emptySnapshot)])?.hover;
    assert.deepEqual(listLines(hover).slice(1), [
      '$(sync) public.orders → orders-kafka · 47% · Laptop',
      ...viewLinks,
    ]);
    assert.doesNotMatch(listLines(render(snapshotOf({}))?.hover).join(), /Laptop/);
  });

  it('names the connection of the sample data even if it is the only connection', () => {
    const server = serverWith('Laptop', snapshotOf({}));
    const connection = { ...server.connection, isSample: true as const };
    assert.match(listLines(renderAll([{ ...server, connection }])?.hover)[1] ?? '', / · Laptop$/);
  });

  it('lists at most ten backfills in its hover, and the number of further backfills', () => {
    const lines = listLines(render(snapshotOf(...Array.from({ length: 15 }, () => ({}))))?.hover);
    assert.equal(lines.length, 1 + 10 + 1 + viewLinks.length);
    assert.equal(lines[11], 'and 5 more');
  });

  it('reports stale data only for servers with running, stalled or newly failed backfills', () => {
    const status = renderAll([
      serverWith('Laptop', makeStale(snapshotOf({}))),
      serverWith('Shop', snapshotOf({})),
    ]);
    assert.equal(status?.text, '$(sync-ignored) 2 running · 47%');
    assert.match(status.accessibleLabel, /^Sequin: 2 running, 47%, Updated .* Can’t connect to Laptop/);
    assert.match(listLines(status.hover)[1] ?? '', /^\$\(sync-ignored\) Updated .* Can’t connect to Laptop/);
    const others = [serverWith('Laptop', makeStale(emptySnapshot)), serverWith('Shop', snapshotOf({}))];
    assert.equal(renderAll(others)?.text, '$(sync) 1 running · 47%');
  });

  it('shows the number of backfills that failed since a view was last visible, even if the server’s clock is off by hours', () => {
    const failedAgo = (ms: number, clockSkewMs: number): Snapshot => ({
      ...snapshotOf({ state: 'failed', updatedAt: now - ms + clockSkewMs }),
      clockSkewMs,
    });
    for (const clockSkewMs of [-10 * hour, 10 * hour]) {
      assert.equal(render(failedAgo(hour / 2, clockSkewMs))?.text, '$(error) 1 failed');
      assert.equal(render(failedAgo(2 * hour, clockSkewMs)), undefined);
    }
  });

  it('escapes names and ids from a server in its hover', () => {
    const name = 'a*\n\n# [x](command:y) <b>$(zap)';
    const snapshot = snapshotOf({ table: name, id: 'b) [x](command:y' });
    const hover = renderAll([serverWith(name, snapshot), serverWith('b', emptySnapshot)])?.hover ?? '';
    assert.equal(listLines(hover).length, listLines(render(snapshotOf({}))?.hover).length);
    assert.doesNotMatch(hover, /command:y|<b>|\$\(zap/);
  });
});
