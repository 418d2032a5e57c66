import * as v from 'valibot';

// What the two sides of a backfill's page say to each other: the one definition, from which the types follow and by
// which each side checks what arrives. All texts are ready to be read, and are drawn as text.

const text = v.string();
const list = <S extends v.GenericSchema>(item: S) => v.pipe(v.array(item), v.readonly());

/** What the page's buttons do: commands, and what else the extension does for it. */
const action = v.picklist([
  'pauseBackfill',
  'resumeBackfill',
  'cancelBackfill',
  'runAgain',
  'openInConsole',
  'copyBackfillId',
  'copyAsCurl',
  'copyAsJson',
  'refresh',
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
  /** The one that the state makes most likely is primary; quiet ones are there for who looks for them. */
  kind: v.picklist(['primary', 'secondary', 'quiet']),
  /** While something is under way nothing else can be done. */
  enabled: v.boolean(),
});
export type PageButton = v.InferOutput<typeof button>;

const fact = v.object({ label: text, value: text });

const check = v.object({
  name: text,
  /** Sequin's word for its state, which picks the icon, and ours. */
  status: text,
  statusName: text,
  error: v.nullable(text),
});

/** Something to say above, or in place of, all the rest: that it is old, or that there is nothing. */
const notice = v.object({
  text,
  severity: v.picklist(['info', 'warning', 'error']),
  action: v.nullable(v.object({ id: action, label: text })),
});
export type PageNotice = v.InferOutput<typeof notice>;

/** Times are seconds since the epoch, as the chart counts them. The three lists of a chart are of one length. */
const chart = v.object({
  times: list(v.number()),
  /** Rows done at each time. */
  rows: list(v.number()),
  /** Rows per second up to each time; null where nobody knows: nobody looked, or it rested. */
  rates: list(v.nullable(v.number())),
  /** Stretches that are drawn behind the lines; `to` is null for one that lasts. */
  spans: list(
    v.object({
      kind: v.picklist(['paused', 'unseen', 'stalled']),
      from: v.number(),
      to: v.nullable(v.number()),
      text,
    }),
  ),
  /** Moments that are drawn as a line from top to bottom, such as a restart of the reader. */
  marks: list(v.object({ time: v.number(), text })),
  /** What there is to be done in all; null while it is not counted. */
  rowsInitial: v.nullable(v.number()),
  labels: v.object({
    title: text,
    rows: text,
    rate: text,
    time: text,
    /** Shows the same as a table. */
    asTable: text,
    /** In place of a chart that has nothing to draw yet. */
    noSamples: text,
  }),
});
export type PageChart = v.InferOutput<typeof chart>;

const timelineEntry = v.object({
  /** The name of a codicon. */
  icon: text,
  text,
  /** When, or between when and when. */
  time: text,
});

const run = v.object({
  backfillId: text,
  /** Sequin's word for how it ended, which picks icon and colour. */
  state: text,
  /** Whether it is the one that the page is about. */
  isCurrent: v.boolean(),
  /** One text for each of the columns. */
  cells: list(text),
});

const page = v.object({
  /** The table. */
  title: text,
  /** Where its rows go: sink and destination. */
  subtitle: text,
  state: v.object({ id: text, name: text, icon: text }),
  /** What is under way, such as `pausing…`. */
  pendingText: v.nullable(text),
  /** 0 to 1; null while the rows are not counted. */
  fraction: v.nullable(v.number()),
  /** `47%`; null where there is no fraction. */
  percent: v.nullable(text),
  /** `94,000 of 200,000 rows`. */
  progress: text,
  /** What is said aloud when it changes: the state, and every tenth percent. */
  announcement: text,
  /** Rate, elapsed, time left …: the few that are looked at first. */
  figures: list(fact),
  /** Why it does not move, what to do, and the checks of the sink that bear on it. */
  diagnosis: v.nullable(v.object({ severity: v.picklist(['warning', 'error']), title: text, text })),
  checks: list(check),
  chart,
  timeline: list(timelineEntry),
  runs: v.object({
    /** `1.8× slower than the last three`; null where there is nothing to compare. */
    summary: v.nullable(text),
    columns: list(text),
    rows: list(run),
    /** Said in place of, or below, the rows: that they are on their way, why they are not there, that there are none. */
    note: v.nullable(text),
  }),
  /** Every field of the API's answer, by its own name. */
  facts: list(fact),
  /** The API's answer as JSON. */
  json: text,
  buttons: list(button),
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
export type BackfillPage = v.InferOutput<typeof page>;

const show = v.object({ type: v.literal('show'), page: v.nullable(page), notice: v.nullable(notice) });

const extensionMessage = v.variant('type', [show]);
/** From the extension to the page: all of what it shows now. */
export type ExtensionMessage = v.InferOutput<typeof extensionMessage>;

const pageMessage = v.variant('type', [
  /** It listens. */
  v.object({ type: v.literal('ready') }),
  /** A button was pressed. */
  v.object({ type: v.literal('run'), action }),
  /** Another run of the table is to be opened. */
  v.object({ type: v.literal('openRun'), backfillId: v.pipe(text, v.maxLength(100)) }),
]);
/** From the page to the extension. */
export type PageMessage = v.InferOutput<typeof pageMessage>;

/** One handler for each type of message: a missing one does not compile. */
export type MessageHandlers<M extends { readonly type: string }> = {
  readonly [T in M['type']]: (message: Extract<M, { readonly type: T }>) => void;
};

/** Hands a message from the extension to its handler; anything else is dropped. */
export function handleExtensionMessage(message: unknown, handlers: MessageHandlers<ExtensionMessage>): void {
  const parsed = v.safeParse(extensionMessage, message);
  if (parsed.success) {
    handlers[parsed.output.type](parsed.output);
  }
}

/** Hands a message from the page to its handler; anything else is dropped. */
export function handlePageMessage(message: unknown, handlers: MessageHandlers<PageMessage>): void {
  const parsed = v.safeParse(pageMessage, message);
  if (parsed.success) {
    dispatch(parsed.output, handlers);
  }
}

function dispatch<M extends { readonly type: string }>(message: M, handlers: MessageHandlers<M>): void {
  (handlers[message.type as M['type']] as (message: M) => void)(message);
}
