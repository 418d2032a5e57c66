import * as v from 'valibot';
import type { PageRef } from '../model/BackfillRef.ts';

// The messages between the extension and the page of a backfill or a sink. The page renders every string as plain text,
// never as HTML. It isolates names and values from the server, for example with `<bdi>`, so that right-to-left
// characters in them don't reorder the text around them.

/**
 * Actions of the page's buttons: commands without their `sequin.` prefix, and actions that the panel performs itself.
 */
const pageAction = v.picklist([
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
export type PageAction = v.InferOutput<typeof pageAction>;

export interface PageButton {
  readonly id: PageAction;
  readonly label: string;
  /** The name of a codicon. */
  readonly icon: string;
  /** `primary` is the most likely action in the current state; `quiet` buttons are rarely needed. */
  readonly kind: 'primary' | 'secondary' | 'quiet';
  /**
   * False while a change of the same backfill or sink is pending, and while the server is unreachable or rejects the
   * token.
   */
  readonly enabled: boolean;
  /** Why the button is disabled. */
  readonly tooltip?: string | undefined;
}

interface PageFact {
  readonly label: string;
  readonly value: string;
}

interface PageCheck {
  readonly name: string;
  /** The status as Sequin reports it. It selects the color. */
  readonly status: string;
  /** The name of a codicon. */
  readonly icon: string;
  /** The localized status. */
  readonly statusName: string;
  readonly error: string | null;
}

type Severity = 'info' | 'warning' | 'error';

/** A message above the content, for example that the content is stale, or a message in place of missing content. */
export interface PageNotice {
  readonly text: string;
  readonly severity: Severity;
  readonly action: { readonly id: PageAction; readonly label: string } | null;
}

/** Times are seconds since the epoch, as uPlot expects. `times`, `rows` and `rates` have the same length. */
export interface PageChart {
  readonly times: readonly number[];
  /** Rows processed at each time. */
  readonly rows: readonly number[];
  /**
   * The rate at each time: the rows per second since the previous time. Null where it is unknown, such as while the
   * backfill was paused or wasn't monitored.
   */
  readonly rates: readonly (number | null)[];
  /** Time ranges drawn behind the lines; `to` is null for a range that hasn't ended. */
  readonly spans: readonly {
    readonly kind: 'paused' | 'unobserved' | 'stalled';
    readonly from: number;
    readonly to: number | null;
    readonly text: string;
  }[];
  /** Moments drawn as vertical lines, such as a restart of Sequin's table reader. */
  readonly marks: readonly { readonly time: number; readonly text: string }[];
  /** The total number of rows; null until Sequin has counted them. */
  readonly rowsInitial: number | null;
  /**
   * The current rate in rows per second. Null while it is unknown; the page then shows the last known rate of `rates`.
   */
  readonly currentRate: number | null;
  /**
   * More lines: the sink's deliveries if there are metrics, and the rows of the table's previous run if there is one.
   */
  readonly otherLines: readonly {
    readonly kind: 'delivered' | 'previous';
    readonly text: string;
    /**
     * One value for each of `times`, or null where there is none. For the previous run, a value is the number of rows
     * that the run had processed after the same elapsed time.
     */
    readonly values: readonly (number | null)[];
  }[];
  readonly labels: {
    readonly title: string;
    readonly rows: string;
    readonly rate: string;
    readonly time: string;
    /** Label of the line at `rowsInitial`, such as `Total: 1.2M rows`. */
    readonly total: string;
    /** Label of the button that shows the data as a table. */
    readonly asTable: string;
    /** Shown in place of the chart until `rows` has two different values. */
    readonly noSamples: string;
  };
}

interface PageTimelineEntry {
  /** The name of a codicon. */
  readonly icon: string;
  readonly text: string;
  /** A time, or a time range. */
  readonly time: string;
}

interface PageBackfillRow {
  /** The backfill whose page the row opens; null if there is none. */
  readonly backfillId: string | null;
  /** A `BackfillStatus`, which selects the color. */
  readonly state: string;
  /** The name of a codicon. */
  readonly icon: string;
  /** Whether the row is for the backfill that the page shows. */
  readonly isCurrent: boolean;
  /** The progress that the row shows as a bar, from 0 to 1; null if the row has no bar. */
  readonly fraction: number | null;
  /** One cell for each column. */
  readonly cells: readonly string[];
}

export interface PageBackfillTable {
  /** A sentence above the rows, such as `1.8× slower than the last 3 completed runs.`; null if there is none. */
  readonly summary: string | null;
  readonly columns: readonly string[];
  readonly rows: readonly PageBackfillRow[];
  /**
   * Shown below the rows, for example how many rows are shown, or in place of the rows, for example that they are
   * loading.
   */
  readonly note: string | null;
  /** The label of the button that shows more rows; null if there is no button. */
  readonly showAllLabel: string | null;
}

/** What the pages of a backfill and of a sink have in common. */
interface CommonContent {
  /** The name of the table or of the sink. */
  readonly title: string;
  /** The title of the tab, such as `public.orders · 47%`. It distinguishes the runs of a table. */
  readonly tabTitle: string;
  /** Where the rows go: the sink of a backfill, the destination, and the connection if it has a mark. */
  readonly subtitle: string;
  /** `id` is a `BackfillStatus` or the condition of a sink (`getSinkCondition`), and selects the color. */
  readonly state: { readonly id: string; readonly name: string; readonly icon: string };
  /** The pending change, such as `pausing…`; null if there is none. */
  readonly pendingText: string | null;
  /** Announced by screen readers when it changes: the state, the problem, and each 10% of a backfill's progress. */
  readonly announcement: string;
  /** The key figures, such as the rate and the time left. */
  readonly figures: readonly PageFact[];
  /** The problem and the next step; null if there is no problem. */
  readonly diagnosis: {
    readonly severity: Severity;
    readonly title: string;
    readonly text: string;
    /** The button for the next step; null if the page offers none. */
    readonly button: PageButton | null;
  } | null;
  readonly checks: readonly PageCheck[];
  readonly buttons: readonly PageButton[];
}

export interface BackfillPage extends CommonContent {
  readonly kind: 'backfill';
  /** 0 to 1; null while it is unknown, such as until Sequin has counted the rows. */
  readonly fraction: number | null;
  /** Such as `47%`; null if there is no fraction. */
  readonly percent: string | null;
  /** Such as `94,000 of 200,000 rows`. */
  readonly progress: string;
  readonly chart: PageChart;
  readonly timeline: readonly PageTimelineEntry[];
  /** All runs of the same table, including this backfill. */
  readonly runs: PageBackfillTable;
  /** Every field of the API response, under its own name. */
  readonly facts: readonly PageFact[];
  /** The API response as JSON. */
  readonly json: string;
  readonly labels: Readonly<
    Record<'progress' | 'checks' | 'timeline' | 'runs' | 'facts' | 'json' | 'openRun', string>
  >;
}

export interface SinkPage extends CommonContent {
  readonly kind: 'sink';
  readonly backfills: PageBackfillTable;
  /** The tables of the sink with their last completed backfills; null if there are none to show. */
  readonly tables: PageBackfillTable | null;
  readonly destination: readonly PageFact[];
  readonly settings: readonly PageFact[];
  readonly labels: Readonly<
    Record<'checks' | 'backfills' | 'tables' | 'openBackfill' | 'destination' | 'settings', string>
  >;
}

export type Page = BackfillPage | SinkPage;

/** The content of the page. */
export interface PageContent {
  readonly page: Page | null;
  readonly notice: PageNotice | null;
}

/** A message from the extension to the page. Each message contains the whole content of the page. */
export interface ExtensionMessage extends PageContent {
  readonly type: 'show';
  /** The backfill or the sink that the page shows. */
  readonly ref: PageRef;
}

const text = v.string();
const ref = v.object({ connectionId: text, sinkId: text, backfillId: v.exactOptional(text) });

const pageMessage = v.variant('type', [
  /** The page is ready to receive messages. `timeZone` is the IANA name of the user's time zone. */
  v.object({ type: v.literal('ready'), timeZone: v.pipe(text, v.maxLength(100)) }),
  /** A button was pressed on the page of `ref`. */
  v.object({ type: v.literal('run'), ref, action: pageAction }),
  /** A backfill in a list on the page of `ref` was selected. */
  v.object({ type: v.literal('openBackfill'), ref, backfillId: v.pipe(text, v.maxLength(100)) }),
]);
/** A message from the page to the extension. */
export type PageMessage = v.InferOutput<typeof pageMessage>;

/** Parses a message from the page; undefined if it is invalid. */
export function parsePageMessage(message: unknown): PageMessage | undefined {
  const parsed = v.safeParse(pageMessage, message);
  return parsed.success ? parsed.output : undefined;
}
