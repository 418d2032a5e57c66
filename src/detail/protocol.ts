import * as v from 'valibot';

// The messages between the extension and the page of a backfill or a sink. The types are inferred from these schemas,
// and each side validates what it receives. The page renders every string as plain text, never as HTML. It isolates
// names and values from the server, for example with `<bdi>`, so that right-to-left characters in them don't reorder
// the text around them.

const text = v.string();
const list = <S extends v.GenericSchema>(item: S) => v.pipe(v.array(item), v.readonly());

/**
 * Actions of the page's buttons: commands without their `sequin.` prefix, and actions that the panel performs itself.
 */
const action = v.picklist([
  'startBackfill',
  'pauseBackfill',
  'resumeBackfill',
  'cancelBackfill',
  'runAgain',
  'resumeSink',
  'enableSink',
  'pauseSink',
  'disableSink',
  'testConnection',
  'refreshTables',
  'openInConsole',
  'copyBackfillId',
  'copySinkName',
  'copyLink',
  'copyAsCurl',
  'copyAsJson',
  'refresh',
  'showAllRows',
  'closePage',
  'connect',
  'changeAddress',
  'enterToken',
  'showLog',
]);
export type PageAction = v.InferOutput<typeof action>;

const button = v.object({
  id: action,
  label: text,
  /** The name of a codicon. */
  icon: text,
  /** `primary` is the most likely action in the current state; `quiet` buttons are rarely needed. */
  kind: v.picklist(['primary', 'secondary', 'quiet']),
  /**
   * False while a change of the same backfill or sink is pending, and while the server is unreachable or rejects the
   * token.
   */
  enabled: v.boolean(),
  /** Why the button is disabled. */
  tooltip: v.optional(text),
});
export type PageButton = v.InferOutput<typeof button>;

const fact = v.object({ label: text, value: text });

const check = v.object({
  name: text,
  /** The status as Sequin reports it. It selects the color. */
  status: text,
  /** The name of a codicon. */
  icon: text,
  /** The localized status. */
  statusName: text,
  error: v.nullable(text),
});

/** A message above the content, for example that the content is stale, or a message in place of missing content. */
const notice = v.object({
  text,
  severity: v.picklist(['info', 'warning', 'error']),
  action: v.nullable(v.object({ id: action, label: text })),
});
export type PageNotice = v.InferOutput<typeof notice>;

/** Times are seconds since the epoch, as uPlot expects. `times`, `rows` and `rates` have the same length. */
const chart = v.object({
  times: list(v.number()),
  /** Rows processed at each time. */
  rows: list(v.number()),
  /**
   * The rate at each time: the rows per second since the previous time. Null where it is unknown, such as while the
   * backfill was paused or wasn't monitored.
   */
  rates: list(v.nullable(v.number())),
  /** Time ranges drawn behind the lines; `to` is null for a range that hasn't ended. */
  spans: list(
    v.object({
      kind: v.picklist(['paused', 'unobserved', 'stalled']),
      from: v.number(),
      to: v.nullable(v.number()),
      text,
    }),
  ),
  /** Moments drawn as vertical lines, such as a restart of Sequin's table reader. */
  marks: list(v.object({ time: v.number(), text })),
  /** The total number of rows; null until Sequin has counted them. */
  rowsInitial: v.nullable(v.number()),
  /**
   * The current rate in rows per second. Null while it is unknown; the page then shows the last known rate of `rates`.
   */
  currentRate: v.nullable(v.number()),
  /**
   * More lines: the sink's deliveries if there are metrics, and the rows of the table's previous run if there is one.
   */
  otherLines: list(
    v.object({
      kind: v.picklist(['delivered', 'previous']),
      text,
      /**
       * One value for each of `times`, or null where there is none. For the previous run, a value is the number of rows
       * that the run had processed after the same elapsed time.
       */
      values: list(v.nullable(v.number())),
    }),
  ),
  labels: v.object({
    title: text,
    rows: text,
    rate: text,
    time: text,
    /** Label of the line at `rowsInitial`, such as `Total: 1.2M rows`. */
    total: text,
    /** Label of the button that shows the data as a table. */
    asTable: text,
    /** Shown in place of the chart until `rows` has two different values. */
    noSamples: text,
  }),
});
export type PageChart = v.InferOutput<typeof chart>;

const timelineEntry = v.object({
  /** The name of a codicon. */
  icon: text,
  text,
  /** A time, or a time range. */
  time: text,
});

const backfillRow = v.object({
  /** The backfill whose page the row opens; null if there is none. */
  backfillId: v.nullable(text),
  /** A `BackfillStatus`, which selects the color. */
  state: text,
  /** The name of a codicon. */
  icon: text,
  /** Whether the row is for the backfill that the page shows. */
  isCurrent: v.boolean(),
  /** The progress that the row shows as a bar, from 0 to 1; null if the row has no bar. */
  fraction: v.nullable(v.number()),
  /** One cell for each column. */
  cells: list(text),
});

const backfillTable = v.object({
  /** A sentence above the rows, such as `1.8× slower than the last 3 completed runs.`; null if there is none. */
  summary: v.nullable(text),
  columns: list(text),
  rows: list(backfillRow),
  /**
   * Shown below the rows, for example how many rows are shown, or in place of the rows, for example that they are
   * loading.
   */
  note: v.nullable(text),
  /** The label of the button that shows more rows; null if there is no button. */
  showAllLabel: v.nullable(text),
});
export type PageBackfillTable = v.InferOutput<typeof backfillTable>;

/** What the pages of a backfill and of a sink have in common. */
const commonContent = {
  /** The name of the table or of the sink. */
  title: text,
  /** The title of the tab, such as `public.orders · 47%`. It distinguishes the runs of a table. */
  tabTitle: text,
  /** Where the rows go: the sink of a backfill, the destination, and the connection if it has a mark. */
  subtitle: text,
  /** `id` is a `BackfillStatus` or the condition of a sink (`getSinkCondition`), and selects the color. */
  state: v.object({ id: text, name: text, icon: text }),
  /** The pending change, such as `pausing…`; null if there is none. */
  pendingText: v.nullable(text),
  /** Announced by screen readers when it changes: the state, the problem, and each 10% of a backfill's progress. */
  announcement: text,
  /** The key figures, such as the rate and the time left. */
  figures: list(fact),
  /** The problem and the next step; null if there is no problem. */
  diagnosis: v.nullable(
    v.object({
      severity: v.picklist(['info', 'warning', 'error']),
      title: text,
      text,
      /** The button for the next step; null if the page offers none. */
      button: v.nullable(button),
    }),
  ),
  checks: list(check),
  buttons: list(button),
};

const backfillPage = v.object({
  kind: v.literal('backfill'),
  ...commonContent,
  /** 0 to 1; null while it is unknown, such as until Sequin has counted the rows. */
  fraction: v.nullable(v.number()),
  /** Such as `47%`; null if there is no fraction. */
  percent: v.nullable(text),
  /** Such as `94,000 of 200,000 rows`. */
  progress: text,
  chart,
  timeline: list(timelineEntry),
  /** All runs of the same table, including this backfill. */
  runs: backfillTable,
  /** Every field of the API response, under its own name. */
  facts: list(fact),
  /** The API response as JSON. */
  json: text,
  labels: v.object({
    progress: text,
    checks: text,
    timeline: text,
    runs: text,
    facts: text,
    json: text,
    openRun: text,
  }),
});
export type BackfillPage = v.InferOutput<typeof backfillPage>;

const sinkPage = v.object({
  kind: v.literal('sink'),
  ...commonContent,
  backfills: backfillTable,
  /** The tables of the sink with their last completed backfills; null if there are none to show. */
  tables: v.nullable(backfillTable),
  destination: list(fact),
  settings: list(fact),
  labels: v.object({
    checks: text,
    backfills: text,
    tables: text,
    openBackfill: text,
    destination: text,
    settings: text,
  }),
});
export type SinkPage = v.InferOutput<typeof sinkPage>;

const page = v.variant('kind', [backfillPage, sinkPage]);
export type Page = v.InferOutput<typeof page>;

/** The backfill or the sink that the page shows. */
const ref = v.object({ connectionId: text, sinkId: text, backfillId: v.exactOptional(text) });

const extensionMessage = v.object({
  type: v.literal('show'),
  ref,
  page: v.nullable(page),
  notice: v.nullable(notice),
});
/** A message from the extension to the page. Each message contains the whole content of the page. */
export type ExtensionMessage = v.InferOutput<typeof extensionMessage>;
/** The content of the page. */
export type PageContent = Pick<ExtensionMessage, 'page' | 'notice'>;

const pageMessage = v.variant('type', [
  /** The page is ready to receive messages. `timeZone` is the IANA name of the user's time zone. */
  v.object({ type: v.literal('ready'), timeZone: v.pipe(text, v.maxLength(100)) }),
  /** A button was pressed on the page of `ref`. */
  v.object({ type: v.literal('run'), ref, action }),
  /** A backfill in a list on the page of `ref` was selected. */
  v.object({ type: v.literal('openBackfill'), ref, backfillId: v.pipe(text, v.maxLength(100)) }),
]);
/** A message from the page to the extension. */
export type PageMessage = v.InferOutput<typeof pageMessage>;

/** Parses a message from the extension; undefined if it is invalid. */
export function parseExtensionMessage(message: unknown): ExtensionMessage | undefined {
  return parse(extensionMessage, message);
}

/** Parses a message from the page; undefined if it is invalid. */
export function parsePageMessage(message: unknown): PageMessage | undefined {
  return parse(pageMessage, message);
}

function parse<S extends v.GenericSchema>(schema: S, message: unknown): v.InferOutput<S> | undefined {
  const parsed = v.safeParse(schema, message);
  return parsed.success ? parsed.output : undefined;
}
