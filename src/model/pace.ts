/** A moment at which the counters were written, as far as it was seen: several pages may lie behind one. */
export interface Write {
  /** Server time, in milliseconds since the epoch. */
  readonly at: number;
  /** Rows processed by then. */
  readonly rows: number;
  /** The time that led to it tells nothing of the pace: the wait for a first page, a pause, an interruption. */
  readonly first?: true;
}

/** What lies between two writes, in rows and milliseconds. */
interface Step {
  readonly rows: number;
  readonly ms: number;
  /** How long ago it ended, measured back from the latest write, in milliseconds. */
  readonly age: number;
}

/** How fast a backfill runs. */
export interface Pace {
  /** Rows a millisecond; never 0. */
  readonly rate: number;
  /** How many rows the next page is likely to have. */
  readonly page: number;
}

/** Sequin reads at most so many rows at once, and does so once it has got going. */
const largestPage = 40_000;

/** Enough writes for a rate over any stretch of the past, and little to keep for each of many backfills. */
const mostWrites = 64;

/** Writes that are never thinned out: the last steps foretell the next. */
const latestWrites = 4;

/**
 * A step that takes so many times as long as its rows explain was interrupted: the server was restarted, the
 * database was away. One such step tells nothing of the pace; a second one after it is a new pace.
 */
const interrupted = 4;

/** The writes with one more. Beyond what is kept, the past is thinned out where it is dense for its age. */
export function addWrite(writes: readonly Write[], write: Write): readonly Write[] {
  const all = [...writes, wasInterrupted(writes, write) ? { ...write, first: true as const } : write];
  return all.length <= mostWrites ? all : all.toSpliced(mostExpendable(all), 1);
}

function wasInterrupted(writes: readonly Write[], write: Write): boolean {
  const last = writes.at(-1);
  const rate = seenPace(writes).pace?.rate;
  return (
    last !== undefined &&
    last.first === undefined &&
    rate !== undefined &&
    write.at - last.at > (interrupted * (write.rows - last.rows)) / rate
  );
}

/** The write whose neighbours lie closest together, measured by how long ago they are. */
function mostExpendable(writes: readonly Write[]): number {
  const end = writes.at(-1)?.at ?? 0;
  let found = 1;
  let least = Infinity;
  let [before, write] = writes;
  for (let index = 1; index < writes.length - latestWrites; index += 1) {
    const after = writes[index + 1];
    if (before !== undefined && write !== undefined && after !== undefined) {
      const share = (after.at - before.at) / (end - before.at);
      // Without the first write after a pause, the pause would count as slowness.
      if (share < least && write.first === undefined) {
        least = share;
        found = index;
      }
    }
    [before, write] = [write, after];
  }
  return found;
}

/** The steps between writes, the latest first. What tells nothing of the pace is left out, but does age the rest. */
export function stepsOf(writes: readonly Write[]): readonly Step[] {
  const steps: Step[] = [];
  let write = writes.at(-1);
  const latest = write?.at ?? 0;
  for (let index = writes.length - 2; index >= 0; index -= 1) {
    const before = writes[index];
    if (before !== undefined && write !== undefined && write.first === undefined) {
      steps.push({ rows: write.rows - before.rows, ms: write.at - before.at, age: latest - write.at });
    }
    write = before;
  }
  return steps;
}

/**
 * The step that stands in for what was not seen: a page at the average pace. It may hold waits and pauses
 * that nobody knows of, and so has no place beside steps that were seen.
 */
export function averageStep(rows: number, ms: number): Step | undefined {
  const page = Math.min(rows, largestPage);
  return rows > 0 && ms > 0 ? { rows: page, ms: (ms * page) / rows, age: 0 } : undefined;
}

/**
 * Rows a millisecond over the steps, where each moment weighs the less the longer ago it is. How soon the past
 * is forgotten goes by how much of it there is: a quarter of it, so that a pace that changes is followed in a
 * fraction of the time that the backfill has run, and two pages, since fewer tell chance from pace too badly.
 */
function rateOf(steps: readonly Step[]): number | undefined {
  const all = { rows: 0, ms: 0 };
  for (const step of steps) {
    all.rows += step.rows;
    all.ms += step.ms;
  }
  if (all.rows <= 0 || all.ms <= 0) {
    return undefined;
  }
  const horizon = all.ms / 4 + (2 * nextPage(steps) * all.ms) / all.rows;
  const youngest = steps[0]?.age ?? 0;
  let rows = 0;
  let ms = 0;
  for (const step of steps) {
    const age = step.age - youngest;
    // The mean of exp(-age / horizon) over the step, so that thinned steps weigh as what they were made of.
    const weight = (Math.exp(-age / horizon) * -Math.expm1(-step.ms / horizon) * horizon) / step.ms;
    rows += weight * step.rows;
    ms += weight * step.ms;
  }
  return rows / ms;
}

/** Pages double until they are as large as can be; one that did not grow is what the destination takes. */
function nextPage(steps: readonly Step[]): number {
  const [last, before] = steps;
  const rows = last?.rows ?? 0;
  return Math.min(largestPage, before === undefined || rows > before.rows ? 2 * rows : before.rows);
}

/** The pace over the steps; undefined where there is none to tell. */
export function paceOver(steps: readonly Step[]): Pace | undefined {
  const rate = rateOf(steps);
  return rate === undefined ? undefined : { rate, page: nextPage(steps) };
}

/** What writes tell of a pace, and in how many steps. */
interface SeenPace {
  readonly steps: number;
  readonly pace: Pace | undefined;
}

/** The pace over all that was seen. Each look and each drawing asks for it, of writes that never change. */
export function seenPace(writes: readonly Write[]): SeenPace {
  let seen = seenPaces.get(writes);
  if (seen === undefined) {
    const steps = stepsOf(writes);
    seen = { steps: steps.length, pace: paceOver(steps) };
    seenPaces.set(writes, seen);
  }
  return seen;
}

const seenPaces = new WeakMap<readonly Write[], SeenPace>();
