import { decodeBackfill } from '../../src/api/schemas.ts';
import type { Backfill } from '../../src/model/Backfill.ts';
import { planRun } from '../../src/sampleServer/plan.ts';
import { Random } from '../../src/sampleServer/Random.ts';
import { readSeries } from '../recordings/recordings.ts';
import { backfill } from '../unit/samples.ts';

/** A backfill at a moment of the server's time (milliseconds since the epoch). */
interface PolledBackfill {
  at: number;
  backfill: Backfill;
}

/** The observations of a backfill from start to finish. */
export interface ObservedSeries {
  name: string;
  observations: PolledBackfill[];
  /** When it was first observed as completed, in server time; undefined if it never was. */
  completedAt: number | undefined;
}

/** A counter update: milliseconds since the start, and the rows processed by then. */
interface Page {
  afterMs: number;
  rows: number;
}

/** A recorded series, observed every `everyMs` from `offsetMs` on. */
export function recordedSeries(name: string, everyMs = 500, offsetMs = 0): ObservedSeries {
  const { samples, interval_ms: intervalMs } = readSeries(name);
  const polled = samples.flatMap(({ t_ms, backfill: json }, index) => {
    if (json === undefined) {
      return [];
    }
    // Where the backfill didn't change, some recordings have no samples.
    const count = Math.max(1, Math.round(((samples[index + 1]?.t_ms ?? 0) - t_ms) / intervalMs));
    const backfill = decodeBackfill('sink', json);
    return Array.from({ length: count }, (_, repeat) => ({ t: t_ms + repeat * intervalMs, backfill }));
  });
  // The best estimate of the server's clock: no update can be later than its observation.
  const zeroAt = Math.max(...polled.map(({ t, backfill: { updatedAt } }) => updatedAt - t));
  const observations = polled.map(({ t, backfill }) => ({ at: zeroAt + t, backfill }));
  const [every, offset] = [everyMs, offsetMs].map((ms) => Math.round(ms / 500));
  return {
    name,
    observations: observations.filter((_, index) => index % (every ?? 1) === offset),
    completedAt: observations.find(({ backfill: { state } }) => state === 'completed')?.at,
  };
}

/** Simulates a backfill with the given counter updates, observed every `everyMs`, optionally with a pause. */
function simulateSeries(
  name: string,
  pages: readonly Page[],
  {
    everyMs = 2_000,
    pause,
    rowsInitial = pages.at(-1)?.rows ?? 0,
  }: { everyMs?: number; pause?: { fromMs: number; forMs: number }; rowsInitial?: number } = {},
): ObservedSeries {
  const start = Date.parse('2026-06-15T12:00:00Z');
  const shiftByPause = (ms: number): number => (pause && ms > pause.fromMs ? ms + pause.forMs : ms);
  const updates = pages.map(({ afterMs, rows }) => ({ at: shiftByPause(afterMs), rows }));
  const last = updates.at(-1) ?? { at: 0, rows: 0 };
  const end = Math.ceil(last.at / everyMs) * everyMs;
  const observations: PolledBackfill[] = [];
  for (let ms = 0; ms <= end; ms += everyMs) {
    const update = updates.findLast(({ at }) => at <= ms);
    const isPaused = pause !== undefined && ms >= pause.fromMs && ms < pause.fromMs + pause.forMs;
    const changeTimes = [pause?.fromMs ?? 0, pause ? pause.fromMs + pause.forMs : 0, update?.at ?? 0];
    const updatedAt = start + Math.floor(Math.max(...changeTimes.filter((at) => at <= ms)) / 1000) * 1000;
    const isCompleted = ms >= last.at;
    observations.push({
      at: start + ms,
      backfill: backfill({
        state: isCompleted ? 'completed' : isPaused ? 'paused' : 'active',
        insertedAt: start,
        updatedAt,
        rowsInitial,
        rowsProcessed: update?.rows ?? 0,
        rowsIngested: update?.rows ?? 0,
        completedAt: isCompleted ? start + last.at : null,
      }),
    });
  }
  return { name, observations, completedAt: start + last.at };
}

/** Series with the timing of the emulator: six table sizes, five seeds each. */
export function emulatedSeries(): ObservedSeries[] {
  return [20_000, 100_000, 200_000, 500_000, 1_000_000, 5_000_000].flatMap((rows) =>
    [1, 2, 3, 4, 5].map((seed) => {
      const { pages } = planRun(new Random(seed * 7919 + rows), rows);
      return simulateSeries(`emulated, ${rows / 1000}k rows, ${seed}`, pages, { everyMs: 500 });
    }),
  );
}

/** Series with the timing of the emulator on a busy server. */
export function emulatedBusySeries(): ObservedSeries[] {
  return [200_000, 3_000_000].flatMap((rowsInitial) =>
    [1, 2, 3, 4, 5].map((seed) => {
      const { pages } = planRun(new Random(seed * 7919 + rowsInitial), rowsInitial, { busy: true });
      return simulateSeries(`emulated, busy, ${rowsInitial / 1000}k rows, ${seed}`, pages, { rowsInitial });
    }),
  );
}

/** Pages as Sequin reads them, at `rate(ms)` rows per millisecond, all of `page` rows if given. */
function pagesAt(rows: number, rate: (ms: number) => number, page?: number): Page[] {
  const pages: Page[] = [];
  let afterMs = 8_000;
  let done = 0;
  for (let size = page ?? 1_000; done < rows; size = page ?? Math.min(2 * size, 40_000)) {
    const pageRows = Math.min(size, rows - done);
    afterMs += done === 0 ? 0 : pageRows / rate(afterMs);
    done += pageRows;
    pages.push({ afterMs, rows: done });
  }
  return pages;
}

/** Series of real servers' behavior that the emulator doesn't simulate. */
export function syntheticSeries(): ObservedSeries[] {
  const million = 1_000_000;
  const steady = (): number => 5;
  const changeTo = (rate: number) => (ms: number) => (ms < 108_000 ? 5 : rate);
  const restarted = pagesAt(million, steady).map(({ afterMs, rows }) => ({
    afterMs: afterMs > 100_000 ? afterMs + 34_000 : afterMs,
    rows,
  }));
  return [
    simulateSeries(
      'slow sink, 100 rows/s',
      pagesAt(200_000, () => 0.1),
    ),
    simulateSeries(
      'pages of 2,000',
      pagesAt(200_000, () => 4, 2_000),
    ),
    simulateSeries(
      'bursts of 40,000 every 30 s',
      pagesAt(2 * million, () => 40 / 30, 40_000),
    ),
    simulateSeries('rate halves midway', pagesAt(million, changeTo(2.5))),
    simulateSeries('rate doubles midway', pagesAt(million, changeTo(10))),
    simulateSeries(
      'rate falls continuously',
      pagesAt(2 * million, (ms) => 8 * Math.exp(-ms / 400_000)),
    ),
    simulateSeries(
      'rate swings, 50 million rows',
      pagesAt(50 * million, (ms) => 5 + 1.5 * Math.sin(ms / 600_000)),
      { everyMs: 10_000 },
    ),
    simulateSeries('paused for 10 min at 20 %', pagesAt(million, steady), {
      pause: { fromMs: 48_000, forMs: 600_000 },
    }),
    simulateSeries('paused for 10 min at 50 %', pagesAt(million, steady), {
      pause: { fromMs: 108_000, forMs: 600_000 },
    }),
    simulateSeries('server restarts for 34 s', restarted),
  ];
}
