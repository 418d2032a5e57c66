import assert from 'node:assert/strict';
import type { Backfill } from '../../../src/model/Backfill.ts';
import type { ProgressTrack } from '../../../src/model/progress/ProgressTrack.ts';
import { trackProgress } from '../../../src/model/progress/trackProgress.ts';
import { toBackfillFacts } from '../../../src/text/backfillText.ts';
import type { Fact } from '../../../src/text/facts.ts';
import { toFigures } from '../../../src/text/figuresText.ts';
import { setLocale } from '../../../src/text/format.ts';
import { backfill, now, sink } from '../samples.ts';

const minute = 60_000;
const label = 'Elapsed';

/** The running time on both surfaces: in the hover's facts and in the page's figures. */
function getRunningTimes(
  current: Backfill,
  progressTrack: ProgressTrack | undefined,
  serverNow: number,
): (string | undefined)[] {
  const find = (facts: readonly Fact[]) => facts.find((fact) => fact.label === label)?.value;
  const estimate = undefined;
  return [
    find(toBackfillFacts(current, serverNow, progressTrack)),
    find(toFigures({ backfill: current, estimate, progressTrack, now: serverNow, clockSkewMs: 0 })),
  ];
}

describe('running time in the hover and on the page', () => {
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
    assert.deepEqual(getRunningTimes(active, track, now + 3 * minute), ['3 min', '3 min']);
  });

  it('does not increase during a pause', () => {
    for (const minutes of [3, 5, 600]) {
      assert.deepEqual(getRunningTimes(paused, afterPause, now + minutes * minute), ['2 min', '2 min']);
    }
  });

  it('excludes a past pause', () => {
    assert.deepEqual(getRunningTimes(resumed, afterResume, now + 10 * minute), ['5 min', '5 min']);
  });

  it('excludes a pause of the sink', () => {
    const stopped = sink({ status: 'paused' });
    const running = trackProgress(undefined, active, now, sink());
    const inPausedSink = trackProgress(running, active, now + minute, stopped);
    const [hover, page] = getRunningTimes(active, inPausedSink, now + 30 * minute);
    assert.equal(hover, page);
    assert.equal(hover, '1 min');
  });

  it('is the time since the creation of a backfill without observations', () => {
    assert.deepEqual(getRunningTimes(active, undefined, now + 3 * minute), ['3 min', '3 min']);
  });

  it('is never negative', () => {
    assert.deepEqual(getRunningTimes(active, undefined, now - minute), ['0 s', '0 s']);
  });
});
