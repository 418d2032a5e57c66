import { decodeBackfill } from '../../src/api/schemas.ts';
import type { Backfill } from '../../src/model/Backfill.ts';
import { planRun } from '../emulator/plan.ts';
import { Random } from '../emulator/Random.ts';
import { readSeries } from '../recordings/recordings.ts';
import { backfill } from '../unit/samples.ts';

/** A backfill as it was at a moment of the server's time (ms since the epoch). */
interface Look {
  at: number;
  backfill: Backfill;
}

/** A backfill from its create to its end, look by look. */
export interface LookedAt {
  name: string;
  looks: Look[];
  /** When it was first seen completed, in server ms; undefined if it never was. */
  endedAt: number | undefined;
}

/** A counter write, in ms since the create, and the rows that were processed by then. */
interface Page {
  afterMs: number;
  rows: number;
}

/** The recorded series that ran to their end. */
export const COMPLETED_SERIES = [
  'c02-series-orders-redis',
  'g11-series-orders-webhook',
  'g10-series-big-redis-pause-resume',
];

/** A recorded series, as somebody saw it who looked every `everyMs`. */
export function recordedSeries(name: string, everyMs = 500): LookedAt {
  const samples = readSeries(name).samples.flatMap(({ t_ms, backfill: json }) =>
    json === undefined ? [] : [{ t: t_ms, backfill: decodeBackfill('sink', json) }],
  );
  // What was written was written before it was seen: of the server's clock, the samples tell no more.
  const zero = Math.max(...samples.map(({ t, backfill: { updatedAt } }) => updatedAt - t));
  const looks = samples.map((sample) => ({ at: zero + sample.t, backfill: sample.backfill }));
  const every = Math.round(everyMs / 500);
  return {
    name: name.slice(0, 3),
    looks: looks.filter((_, index) => index % every === 0),
    endedAt: looks.find(({ backfill: { state } }) => state === 'completed')?.at,
  };
}

/** A backfill whose counters are written at these times, looked at every `everyMs`; it may rest in between. */
function madeSeries(
  name: string,
  pages: readonly Page[],
  { everyMs = 2_000, rest }: { everyMs?: number; rest?: { fromMs: number; forMs: number } } = {},
): LookedAt {
  const start = Date.parse('2026-06-15T12:00:00Z');
  const shifted = (ms: number): number => (rest && ms > rest.fromMs ? ms + rest.forMs : ms);
  const writes = pages.map(({ afterMs, rows }) => ({ at: shifted(afterMs), rows }));
  const last = writes.at(-1) ?? { at: 0, rows: 0 };
  const end = Math.ceil(last.at / everyMs) * everyMs;
  const looks: Look[] = [];
  for (let ms = 0; ms <= end; ms += everyMs) {
    const write = writes.findLast(({ at }) => at <= ms);
    const isResting = rest !== undefined && ms >= rest.fromMs && ms < rest.fromMs + rest.forMs;
    const touches = [rest?.fromMs ?? 0, rest ? rest.fromMs + rest.forMs : 0, write?.at ?? 0];
    const updatedAt = start + Math.floor(Math.max(...touches.filter((at) => at <= ms)) / 1000) * 1000;
    const isDone = ms >= last.at;
    looks.push({
      at: start + ms,
      backfill: backfill({
        state: isDone ? 'completed' : isResting ? 'paused' : 'active',
        insertedAt: start,
        updatedAt,
        rowsInitial: last.rows,
        rowsProcessed: write?.rows ?? 0,
        rowsIngested: write?.rows ?? 0,
        completedAt: isDone ? start + last.at : null,
      }),
    });
  }
  return { name, looks, endedAt: start + last.at };
}

/** Series of the emulator's rhythm: six sizes of tables, five of each. */
export function emulatedSeries(): LookedAt[] {
  return [20_000, 100_000, 200_000, 500_000, 1_000_000, 5_000_000].flatMap((rows) =>
    [1, 2, 3, 4, 5].map((seed) => {
      const { pages } = planRun(new Random(seed * 7919 + rows), rows, false);
      return madeSeries(`emulated, ${rows / 1000}k rows, ${seed}`, pages, { everyMs: 500 });
    }),
  );
}

/** Pages as Sequin reads them, at `rate(ms)` rows a millisecond; `page` rows each from the first on, if given. */
function pagesAt(rows: number, rate: (ms: number) => number, page?: number): Page[] {
  const pages: Page[] = [];
  let afterMs = 8_000;
  let done = 0;
  for (let size = page ?? 1_000; done < rows; size = page ?? Math.min(2 * size, 40_000)) {
    const landing = Math.min(size, rows - done);
    afterMs += done === 0 ? 0 : landing / rate(afterMs);
    done += landing;
    pages.push({ afterMs, rows: done });
  }
  return pages;
}

/** What real servers do and the emulator does not. */
export function syntheticSeries(): LookedAt[] {
  const million = 1_000_000;
  const steady = (): number => 5;
  const changingTo = (rate: number) => (ms: number) => (ms < 108_000 ? 5 : rate);
  const restarted = pagesAt(million, steady).map(({ afterMs, rows }) => ({
    afterMs: afterMs > 100_000 ? afterMs + 34_000 : afterMs,
    rows,
  }));
  return [
    madeSeries(
      'slow sink, 100 rows/s',
      pagesAt(200_000, () => 0.1),
    ),
    madeSeries(
      'pages of 2,000',
      pagesAt(200_000, () => 4, 2_000),
    ),
    madeSeries(
      'bursts of 40,000 every 30 s',
      pagesAt(2 * million, () => 40 / 30, 40_000),
    ),
    madeSeries('rate halves midway', pagesAt(million, changingTo(2.5))),
    madeSeries('rate doubles midway', pagesAt(million, changingTo(10))),
    madeSeries(
      'rate sinks all the time',
      pagesAt(2 * million, (ms) => 8 * Math.exp(-ms / 400_000)),
    ),
    madeSeries(
      'rate swings, 50 million rows',
      pagesAt(50 * million, (ms) => 5 + 1.5 * Math.sin(ms / 600_000)),
      { everyMs: 10_000 },
    ),
    madeSeries('rests 10 min at 20 %', pagesAt(million, steady), {
      rest: { fromMs: 48_000, forMs: 600_000 },
    }),
    madeSeries('rests 10 min at 50 %', pagesAt(million, steady), {
      rest: { fromMs: 108_000, forMs: 600_000 },
    }),
    madeSeries('server restarts for 34 s', restarted),
  ];
}
