import type { SinkPage } from '../../src/detail/protocol.ts';
import { createSinkPage } from '../../src/detail/sinkPage.ts';
import type { Sink } from '../../src/model/Sink.ts';
import type { Snapshot } from '../../src/servers/Snapshot.ts';
import { getStatusIcon, queuedIcon } from '../../src/text/icons.ts';
import { createSampleServer, createSampleSink } from './createSampleServer.ts';

/** Creates the page of a sink without backfills. */
function createPage(fields: Partial<Sink> = {}, changes: Partial<Snapshot> = {}): SinkPage {
  const shown = createSampleSink(fields);
  return createSinkPage(shown, createSampleServer(shown, undefined, changes), false);
}

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

const empty = createPage();

const healthy: SinkPage = {
  ...empty,
  backfills: {
    ...empty.backfills,
    rows: backfillRows.slice(1),
    note: 'Showing 5 of 42 backfills.',
    showAllLabel: 'Show All',
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
    showAllLabel: null,
  },
};

const resuming = { kind: 'changeSink', action: 'resumeSink', sinkId: createSampleSink().id } as const;

/** The page of a sink in some of its states. */
export const sinkStates = {
  sink: { page: healthy, notice: null },
  sinkOnHold: {
    page: {
      ...createPage(
        { status: 'paused' },
        {
          pendingWrites: new Map([[resuming.sinkId, resuming]]),
          blockedWriteKeys: new Set([resuming.sinkId]),
        },
      ),
      backfills: { ...healthy.backfills, rows: backfillRows, note: null, showAllLabel: null },
      tables: healthy.tables,
    },
    notice: null,
  },
  sinkEmpty: {
    page: { ...createPage({ health: { status: 'healthy', checks: [] } }), tables: null },
    notice: null,
  },
} satisfies Record<string, { page: SinkPage; notice: null }>;
