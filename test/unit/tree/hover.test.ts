import assert from 'node:assert/strict';
import type { Backfill } from '../../../src/model/Backfill.ts';
import { trackProgress } from '../../../src/model/progress/trackProgress.ts';
import type { Sink } from '../../../src/model/Sink.ts';
import { type Snapshot } from '../../../src/servers/Snapshot.ts';
import { setLocale } from '../../../src/text/format.ts';
import { useVscodeStub } from '../../bench/vscodeStub.ts';
import { backfill, connectionTo, now, sink, snapshotOf } from '../samples.ts';

useVscodeStub();
const { createBackfillHover, createConnectionHover, createSinkHover } =
  await import('../../../src/tree/hover.ts');

const hour = 3600_000;
const connection = connectionTo('http://localhost:7376');
const links = 'Open · Open in Console · Copy ID';

/** Lists the lines of a hover without markup. A link becomes its label. */
const listLines = (hover: { readonly value: string }): string[] =>
  hover.value
    .split(/\n+/)
    .map((line) =>
      line
        .replace(/!\[(\d+%)\]\([^)]*\)/, 'bar $1')
        .replace(/\[\$\([a-z-]+\) ([^\]]*)\]\(command:[^)]*\)/g, '$1')
        .replaceAll(' &nbsp; ', ' · ')
        .replace(/&#(\d+);/g, (_entity, code) => String.fromCodePoint(Number(code)))
        .replaceAll('**', '')
        .trim(),
    )
    .filter((line) => line !== '---');

const createSnapshot = (owner: Partial<Sink>, changes: Partial<Snapshot> = {}): Snapshot =>
  snapshotOf([sink(owner)], [], changes);

const listBackfillLines = (changes: Partial<Backfill>, snapshot = createSnapshot({})): string[] =>
  listLines(createBackfillHover(backfill(changes), { connection, snapshot }, now));

describe('the hover of a backfill', () => {
  before(() => {
    setLocale('en', 'UTC');
  });

  const cases: readonly [name: string, changes: Partial<Backfill>, lines: readonly string[]][] = [
    [
      'running',
      {},
      [
        '$(sync) public.orders → orders-kafka · Running',
        'bar 47%',
        '47% · 94,000 of 200,000 rows',
        'Elapsed: 1 min',
        'Started: Jun 15, 2026, 11:59:00 AM (1 min ago)',
        links.replace('Open', 'Open · Pause'),
      ],
    ],
    [
      'completed',
      { state: 'completed', insertedAt: now - 3 * hour, completedAt: now - 2 * hour },
      [
        '$(pass) public.orders → orders-kafka · Completed',
        '47% · 94,000 of 200,000 rows',
        'Average rate: 26 rows/s · Duration: 1 h · Finished: 2 h ago',
        'Started: Jun 15, 2026, 9:00:00 AM (3 h ago)',
        links.replace('Open', 'Open · Run Again…'),
      ],
    ],
  ];
  for (const [name, changes, lines] of cases) {
    it(`shows the state, progress, figures and links of a ${name} backfill`, () => {
      assert.deepEqual(listBackfillLines(changes), lines);
    });
  }

  it('shows the cause of a stall below the heading', () => {
    const lines = listBackfillLines({ updatedAt: now - hour }, createSnapshot({ status: 'paused' }));
    assert.match(lines[0] ?? '', /^\$\(warning\) public\.orders → orders-kafka · Stalled$/);
    assert.match(lines[1] ?? '', /^\$\(warning\) The sink is paused/);
  });

  it('offers only actions that the state, the server and pending writes allow', () => {
    const renderLinks = (changes: Partial<Backfill>, snapshot?: Partial<Snapshot>): string =>
      listBackfillLines(changes, createSnapshot({}, snapshot)).at(-1) ?? '';
    assert.match(renderLinks({ state: 'paused' }), /Resume/);
    assert.equal(renderLinks({}, { version: '0.13.0' }), links);
    assert.equal(renderLinks({}, { blockedWriteKeys: new Set([backfill().id]) }), links);
  });

  it('passes only the backfill’s IDs to the commands of the links', () => {
    const { value } = createBackfillHover(
      backfill({ id: 'b) [x](command:y' }),
      { connection, snapshot: createSnapshot({}) },
      now,
    );
    const targets = [...value.matchAll(/\]\(command:([\w.]+)\?([^)]*)\)/g)].map(
      ([, command, query = '']) => [command, JSON.parse(decodeURIComponent(query))] as const,
    );
    const ref = { connectionId: connection.id, sinkId: sink().id, backfillId: 'b) [x](command:y' };
    assert.deepEqual(
      targets,
      ['openBackfill', 'pauseBackfill', 'openInConsole', 'copyBackfillId'].map((name) => [
        `sequin.${name}`,
        [ref],
      ]),
    );
    assert.doesNotMatch(value, /command:y/);
  });
});

describe('the hover of a sink', () => {
  it('has its status, destination, tables, checks and links', () => {
    const checks = [
      { name: 'Sink configuration', status: 'healthy', error: null },
      { name: 'Message filtering', status: 'healthy', error: null },
      { name: 'Message delivery', status: 'error', error: 'status 500' },
    ];
    const owner = sink({ health: { status: 'error', checks } });
    assert.deepEqual(listLines(createSinkHover(owner, { connection, snapshot: createSnapshot({}) }, now)), [
      '$(error) orders-kafka · Active · Error',
      '$(export) Kafka · orders @ kafka:9092',
      '$(database) shop · public.orders',
      '$(error) Message delivery: Error: status 500',
      '$(pass-filled) Sink configuration, Message filtering',
      'Open · Start Backfill… · Open in Console',
    ]);
  });

  it('shows the warning icon and the number of stalled backfills if backfills of the sink are stalled', () => {
    const stalled = backfill({ updatedAt: now - hour });
    const track = trackProgress(trackProgress(undefined, stalled, now - hour), stalled, now);
    const snapshot = snapshotOf([sink()], [stalled], { progressTracks: new Map([[stalled.id, track]]) });
    const [heading] = listLines(createSinkHover(sink(), { connection, snapshot }, now));
    assert.equal(heading, '$(warning) orders-kafka · Active · Healthy · 1 stalled');
  });
});

describe('the hover of a connection', () => {
  it('has its status and address, and a link to enter the token or to refresh', () => {
    const listConnectionLines = (kind: 'signedIn' | 'signedOut') =>
      listLines(createConnectionHover({ state: { kind, connection, tokenVersion: 1 }, monitor: undefined }));
    assert.deepEqual(listConnectionLines('signedOut'), [
      '$(server-environment) localhost:7376 · signed out',
      '$(globe) http://localhost:7376',
      'Enter Token',
    ]);
    assert.equal(listConnectionLines('signedIn').at(-1), 'Refresh · Open in Console');
  });
});
