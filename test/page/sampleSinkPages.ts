import type { PageButton, SinkPage } from '../../src/detail/protocol.ts';
import { getStatusIcon, queuedIcon } from '../../src/text/icons.ts';

/** Creates an enabled button. */
export function createButton(
  id: PageButton['id'],
  label: string,
  icon: string,
  kind: PageButton['kind'],
): PageButton {
  return { id, label, icon, kind, enabled: true };
}

const startBackfill = createButton('startBackfill', 'Start Backfill…', 'add', 'primary');
const disableSink = createButton('disableSink', 'Disable Sink…', 'circle-slash', 'secondary');
const quiet = [
  createButton('openInConsole', 'Open in Sequin Console', 'link-external', 'quiet'),
  createButton('copySinkName', 'Copy Name', 'copy', 'quiet'),
  createButton('copyLink', 'Copy Link', 'link', 'quiet'),
];

const healthyChecks: SinkPage['checks'] = [
  'Sink configuration',
  'Message filtering',
  'Message ingestion',
  'Message delivery',
].map((name) => ({ name, status: 'healthy', icon: 'pass-filled', statusName: 'Healthy', error: null }));

const backfillRows = (
  [
    ['stalled', 'public.sessions', 'Stalled · sink paused', '1 h ago', '592,200', '1 h', '–'],
    ['running', 'public.orders', 'Running · 47% · 4 min left', '1 min ago', '94,000', '1 min', '1.6K rows/s'],
    ['paused', 'public.order_items', 'Queued · 1st', '1 min ago', '0', '0 s', '–'],
    ['completed', 'public.customers', 'Completed', '2 d ago', '212,000', '41 s', '5.2K rows/s'],
    ['cancelled', 'public.sessions', 'Cancelled · at 37%', '3 d ago', '216,234', '22 s', '9.8K rows/s'],
    ['failed', 'public.events', 'Failed · no primary key', '3 d ago', '0', '4 s', '–'],
  ] as const
).map(([state, ...cells], index) => ({
  backfillId: `0000000${index}-0000-4000-8000-000000000000`,
  state,
  icon: state === 'paused' ? queuedIcon : getStatusIcon(state),
  isCurrent: false,
  fraction: state === 'running' ? 0.47 : state === 'stalled' ? 0.63 : null,
  cells,
}));

const healthy: SinkPage = {
  kind: 'sink',
  title: 'orders-kafka',
  tabTitle: 'orders-kafka',
  subtitle: 'Kafka · orders @ kafka:9092',
  state: { id: 'healthy', name: 'Active · Healthy', icon: 'pass-filled' },
  pendingText: null,
  announcement: 'Active · Healthy',
  figures: [],
  diagnosis: null,
  checks: healthyChecks,
  backfills: {
    summary: null,
    columns: ['Table', 'State', 'Started', 'Rows', 'Duration', 'Average rate'],
    rows: backfillRows.slice(1),
    note: 'Showing 5 of 42 backfills.',
    showAll: 'Show All',
  },
  tables: {
    summary: '2 of 4 tables have no completed backfill.',
    columns: ['Table', 'Last completed backfill', 'Rows', 'Duration'],
    rows: (
      [
        ['public.order_items', 'never', '–', '–'],
        ['public.sessions', 'never', '–', '–'],
        ['public.customers', '2 d ago', '212,000', '41 s'],
        ['public.orders', '8 d ago · delivery errors', '3,610,000', '12 min'],
      ] as const
    ).map(([table, ...cells], index) => {
      const state = index < 2 ? 'unknown' : index === 2 ? 'completed' : 'completedWithDeliveryErrors';
      return {
        backfillId: index < 2 ? null : `1000000${index}-0000-4000-8000-000000000000`,
        state,
        icon: index < 2 ? 'circle-outline' : getStatusIcon(state),
        isCurrent: false,
        fraction: null,
        cells: [table, ...cells],
      };
    }),
    note: null,
    showAll: null,
  },
  destination: [
    { label: 'Type', value: 'Kafka' },
    { label: 'Hosts', value: 'kafka-1.shop.internal:9092, kafka-2.shop.internal:9092' },
    { label: 'Topic', value: 'orders' },
    { label: 'TLS', value: 'yes' },
  ],
  settings: [
    { label: 'Database', value: 'shop' },
    { label: 'Source tables', value: 'public.orders, public.order_items, public.sessions' },
    { label: 'Changes', value: 'inserts, updates, deletes' },
    { label: 'Filter', value: 'none' },
    { label: 'Transform', value: 'order-to-event' },
    { label: 'Enrichment', value: 'none' },
    { label: 'Routing', value: 'none' },
    { label: 'Batch size', value: '200' },
    { label: 'Message grouping', value: 'on' },
    { label: 'Retries', value: 'no limit' },
    { label: 'If the buffer is full', value: 'pauses' },
    { label: 'Timestamps', value: 'ISO 8601' },
  ],
  buttons: [
    startBackfill,
    createButton('pauseSink', 'Pause Sink…', 'debug-pause', 'secondary'),
    disableSink,
    ...quiet,
  ],
  labels: {
    checks: 'Sink health',
    backfills: 'Backfills',
    tables: 'Tables',
    openBackfill: 'Open backfill',
    destination: 'Destination',
    settings: 'Settings',
  },
};

const paused: SinkPage = {
  ...healthy,
  state: { id: 'paused', name: 'Paused', icon: 'debug-pause' },
  pendingText: 'resuming…',
  announcement: 'Paused, The sink is paused',
  diagnosis: {
    severity: 'warning',
    title: 'The sink is paused',
    text: 'Its backfills and live changes are on hold. Resume the sink to continue.',
    button: { ...createButton('resumeSink', 'Resume Sink', 'play', 'primary'), enabled: false },
  },
  backfills: { ...healthy.backfills, rows: backfillRows, note: null, showAll: null },
  buttons: [{ ...startBackfill, kind: 'secondary' }, { ...disableSink, enabled: false }, ...quiet],
};

/** The page of a sink in some of its states. */
export const sinkStates = {
  sink: { page: healthy, notice: null },
  sinkOnHold: { page: paused, notice: null },
  sinkEmpty: {
    page: {
      ...healthy,
      checks: [],
      backfills: { ...healthy.backfills, rows: [], note: 'No backfills yet.', showAll: null },
      tables: null,
    },
    notice: null,
  },
} satisfies Record<string, { page: SinkPage; notice: null }>;
