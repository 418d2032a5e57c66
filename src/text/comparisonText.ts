import { t } from '@vscode/l10n';
import type { RunComparison } from '../model/history/comparison.ts';
import { formatCount, formatFactor } from './format.ts';

/** Rates vary by about 10% between identical runs: a smaller ratio counts as the same speed. */
const sameSpeedFactor = 1.1;

/** Compares a run with the previous ones: `1.8× slower than the last 3`. */
export function describeComparison({ rateRatio, runCount }: RunComparison, isRunning: boolean): string {
  const isSlower = rateRatio < 1;
  const ratio = isSlower ? 1 / rateRatio : rateRatio;
  const previousRuns =
    runCount === 1 ? t('the last completed one') : t('the last {0} completed ones', formatCount(runCount));
  if (ratio < sameSpeedFactor) {
    return isRunning
      ? t('This one is about as fast as {0}.', previousRuns)
      : t('This one was about as fast as {0}.', previousRuns);
  }
  const ratioText = formatFactor(ratio);
  if (isSlower) {
    return isRunning
      ? t('This one is {0}× slower than {1}.', ratioText, previousRuns)
      : t('This one was {0}× slower than {1}.', ratioText, previousRuns);
  }
  return isRunning
    ? t('This one is {0}× faster than {1}.', ratioText, previousRuns)
    : t('This one was {0}× faster than {1}.', ratioText, previousRuns);
}
