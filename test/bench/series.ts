import { decodeBackfill } from '../../src/api/decodeBackfill.ts';
import type { Backfill } from '../../src/model/Backfill.ts';
import { planRun } from '../../src/sampleServer/plan.ts';
import { Random } from '../../src/sampleServer/Random.ts';
import { planBusyRun } from '../emulator/busyPlan.ts';
import { readSeries } from '../recordings/recordings.ts';
import { backfill } from '../unit/samples.ts';

/** A backfill as returned by a poll, and the time of the poll by the server's clock in milliseconds since the epoch. */
interface PolledBackfill {
  at: number;
  backfill: Backfill;
}

/** The observations of a backfill from start to finish. */
export interface ObservedSeries {
  name: string;
  observations: PolledBackfill[];
  /** When the backfill completed or was first observed as completed, by the server's clock; undefined if it didn't. */
  completedAt: number | undefined;
}

/** A page of rows that Sequin has read: the time since the start in milliseconds, and the rows processed by then. */
interface Page {
  afterMs: number;
  rows: number;
}

/**
 * Reads a recorded series as if observed every `everyMs` ms, starting at `offsetMs`. Both must be multiples of the
 * recording's interval, 500 ms.
 */
export function readRecordedSeries(name: string, everyMs = 500, offsetMs = 0): ObservedSeries {
  const { samples, interval_ms: intervalMs } = readSeries(name);
  const polled = samples.flatMap(({ t_ms, backfill: json }, index) => {
    if (json === undefined) {
      return [];
    }
    // Some recordings leave out the samples that are equal to the previous one.
    const count = Math.max(1, Math.round(((samples[index + 1]?.t_ms ?? 0) - t_ms) / intervalMs));
    const backfill = decodeBackfill('sink', json);
    return Array.from({ length: count }, (_, repeat) => ({ t: t_ms + repeat * intervalMs, backfill }));
  });
  // The best estimate of the server's clock: no update can be later than its observation.
  const zeroAt = Math.max(...polled.map(({ t, backfill: { updatedAt } }) => updatedAt - t));
  const observations = polled.map(({ t, backfill }) => ({ at: zeroAt + t, backfill }));
  const [every, offset] = [everyMs, offsetMs].map((ms) => Math.round(ms / intervalMs));
  return {
    name,
    observations: observations.filter((_, index) => index % (every ?? 1) === offset),
    completedAt: observations.find(({ backfill: { state } }) => state === 'completed')?.at,
  };
}

/** Simulates a backfill that reads the given pages, observed every `everyMs` ms. A pause delays all later pages. */
function simulateSeries(
  name: string,
  pages: readonly Page[],
  {
    everyMs = 2_000,
    pause,
    rowsInitial = pages.at(-1)?.rows ?? 0,
  }: { everyMs?: number; pause?: { startMs: number; durationMs: number }; rowsInitial?: number } = {},
): ObservedSeries {
  const start = Date.parse('2026-06-15T12:00:00Z');
  const shiftByPause = (ms: number): number => (pause && ms > pause.startMs ? ms + pause.durationMs : ms);
  const updates = pages.map(({ afterMs, rows }) => ({ at: shiftByPause(afterMs), rows }));
  const last = updates.at(-1) ?? { at: 0, rows: 0 };
  const end = Math.ceil(last.at / everyMs) * everyMs;
  const observations: PolledBackfill[] = [];
  for (let ms = 0; ms <= end; ms += everyMs) {
    const update = updates.findLast(({ at }) => at <= ms);
    const isPaused = pause !== undefined && ms >= pause.startMs && ms < pause.startMs + pause.durationMs;
    const changeTimes = [pause?.startMs ?? 0, pause ? pause.startMs + pause.durationMs : 0, update?.at ?? 0];
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

/** Creates series with the timing of the emulator, for six table sizes with five seeds each. */
export function createEmulatedSeries(): ObservedSeries[] {
  return [20_000, 100_000, 200_000, 500_000, 1_000_000, 5_000_000].flatMap((rows) =>
    [1, 2, 3, 4, 5].map((seed) => {
      const { pages } = planRun(new Random(seed * 7919 + rows), rows);
      return simulateSeries(`emulated, ${rows / 1000}k rows, ${seed}`, pages, { everyMs: 500 });
    }),
  );
}

/** Creates series with the timing of the emulator on a busy server, for two table sizes with five seeds each. */
export function createEmulatedBusySeries(): ObservedSeries[] {
  return [200_000, 3_000_000].flatMap((rowsInitial) =>
    [1, 2, 3, 4, 5].map((seed) => {
      const { pages } = planBusyRun(new Random(seed * 7919 + rowsInitial), rowsInitial);
      return simulateSeries(`emulated, busy, ${rowsInitial / 1000}k rows, ${seed}`, pages, { rowsInitial });
    }),
  );
}

/**
 * Creates the pages of a table that Sequin reads at `getRate(ms)` rows per millisecond. They have `pageSize` rows; by
 * default, their size doubles from 1,000 to 40,000 rows.
 */
function createPages(rows: number, getRate: (ms: number) => number, pageSize?: number): Page[] {
  const pages: Page[] = [];
  let afterMs = 8_000;
  let rowsRead = 0;
  for (let size = pageSize ?? 1_000; rowsRead < rows; size = pageSize ?? Math.min(2 * size, 40_000)) {
    const pageRows = Math.min(size, rows - rowsRead);
    afterMs += rowsRead === 0 ? 0 : pageRows / getRate(afterMs);
    rowsRead += pageRows;
    pages.push({ afterMs, rows: rowsRead });
  }
  return pages;
}

/** Creates series in which real servers behave in ways that the emulator doesn't simulate. */
export function createSyntheticSeries(): ObservedSeries[] {
  const million = 1_000_000;
  const getSteadyRate = (): number => 5;
  const createChangingRate = (rate: number) => (ms: number) => (ms < 108_000 ? 5 : rate);
  const restarted = createPages(million, getSteadyRate).map(({ afterMs, rows }) => ({
    afterMs: afterMs > 100_000 ? afterMs + 34_000 : afterMs,
    rows,
  }));
  return [
    simulateSeries(
      'slow sink, 100 rows/s',
      createPages(200_000, () => 0.1),
    ),
    simulateSeries(
      'pages of 2,000',
      createPages(200_000, () => 4, 2_000),
    ),
    simulateSeries(
      'bursts of 40,000 every 30 s',
      createPages(2 * million, () => 40 / 30, 40_000),
    ),
    simulateSeries('rate halves midway', createPages(million, createChangingRate(2.5))),
    simulateSeries('rate doubles midway', createPages(million, createChangingRate(10))),
    simulateSeries(
      'rate falls continuously',
      createPages(2 * million, (ms) => 8 * Math.exp(-ms / 400_000)),
    ),
    simulateSeries(
      'rate swings, 50 million rows',
      createPages(50 * million, (ms) => 5 + 1.5 * Math.sin(ms / 600_000)),
      { everyMs: 10_000 },
    ),
    simulateSeries('paused for 10 min at 20 %', createPages(million, getSteadyRate), {
      pause: { startMs: 48_000, durationMs: 600_000 },
    }),
    simulateSeries('paused for 10 min at 50 %', createPages(million, getSteadyRate), {
      pause: { startMs: 108_000, durationMs: 600_000 },
    }),
    simulateSeries('server restarts for 34 s', restarted),
  ];
}
