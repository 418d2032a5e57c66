import assert from 'node:assert/strict';
import type { Backfill } from '../../../src/model/Backfill.ts';
import type { ProgressTrack } from '../../../src/model/progress/ProgressTrack.ts';
import { trackProgress } from '../../../src/model/progress/trackProgress.ts';
import { toFigures } from '../../../src/text/figuresText.ts';
import { setLocale } from '../../../src/text/format.ts';
import { backfill, now, sink } from '../samples.ts';

const minute = 60_000;
const labels = ['Elapsed', 'Ran for'];

/** Returns the running time from the figures of a backfill. */
function getRunningTime(
  current: Backfill,
  progressTrack: ProgressTrack | undefined,
  serverNow: number,
): string | undefined {
  const status = current.state === 'paused' ? 'paused' : 'running';
  const progressTracks = new Map(progressTrack && [[current.id, progressTrack]]);
  const figures = toFigures(
    current,
    { status, estimate: undefined, knownUntil: serverNow },
    { progressTracks, clockSkewMs: 0 },
  );
  return figures.find(({ label }) => labels.includes(label))?.value;
}

describe('toFigures', () => {
  const unknown = { status: 'unknown', estimate: undefined, knownUntil: now } as const;
  const snapshot = { progressTracks: new Map(), clockSkewMs: 0 };

  it('returns no figures for a state that is unknown to this version of the extension', () => {
    const rewinding = backfill({ state: 'rewinding', updatedAt: now - minute });
    assert.deepEqual(toFigures(rewinding, unknown, snapshot), []);
  });

  it('limits an expected finish to the latest date that can be formatted', () => {
    const hugeMs = 1e17;
    const estimate = {
      rowsPerSecond: 100,
      averageRowsPerSecond: 100,
      timeLeft: { ms: hugeMs, minMs: hugeMs, maxMs: 2 * hugeMs },
    };
    const figures = toFigures(backfill(), { ...unknown, status: 'running', estimate }, snapshot);
    assert.match(figures.find(({ label }) => label === 'Expected finish')?.value ?? '', /275760/);
  });
});

describe('the running time of a backfill', () => {
  before(() => {
    setLocale('en', 'UTC');
  });

  const active = backfill({ insertedAt: now, updatedAt: now });
  const paused = backfill({ state: 'paused', insertedAt: now, updatedAt: now + 2 * minute });
  const resumed = backfill({ insertedAt: now, updatedAt: now + 7 * minute });
  const afterPause = trackProgress(trackProgress(undefined, active, now), paused, now + 2 * minute);
  const afterResume = trackProgress(afterPause, resumed, now + 7 * minute);

  it('is the time since the creation of a backfill that was never paused', () => {
    const track = trackProgress(undefined, active, now);
    assert.equal(getRunningTime(active, track, now + 3 * minute), '3 min');
  });

  it('doesn’t increase during a pause', () => {
    for (const minutes of [3, 5, 600]) {
      assert.equal(getRunningTime(paused, afterPause, now + minutes * minute), '2 min');
    }
  });

  it('excludes an earlier pause', () => {
    assert.equal(getRunningTime(resumed, afterResume, now + 10 * minute), '5 min');
  });

  it('excludes a pause of the sink', () => {
    const pausedSink = sink({ status: 'paused' });
    const running = trackProgress(undefined, active, now, sink());
    const inPausedSink = trackProgress(running, active, now + minute, pausedSink);
    assert.equal(getRunningTime(active, inPausedSink, now + 30 * minute), '1 min');
  });

  it('is the time since the creation of a backfill that was never observed', () => {
    assert.equal(getRunningTime(active, undefined, now + 3 * minute), '3 min');
  });

  it('is 0 s, not negative, if the server’s time is before the creation of the backfill', () => {
    assert.equal(getRunningTime(active, undefined, now - minute), '0 s');
  });
});
