import { t } from '@vscode/l10n';
import type { Comparison } from '../model/comparison.ts';
import { formatCount, formatFactor } from './format.ts';

/** As fast as the others, as far as anybody can tell: rates differ so much from run to run. */
const sameWithin = 1.1;

/** How a run compares with those before it: `1.8× slower than the last 3`. */
export function comparisonText({ factor, of }: Comparison, runs: boolean): string {
  const slower = factor < 1;
  const times = slower ? 1 / factor : factor;
  const those = of === 1 ? t('the last completed one') : t('the last {0} completed ones', formatCount(of));
  if (times < sameWithin) {
    return runs
      ? t('This one is about as fast as {0}.', those)
      : t('This one was about as fast as {0}.', those);
  }
  const by = formatFactor(times);
  if (slower) {
    return runs
      ? t('This one is {0}× slower than {1}.', by, those)
      : t('This one was {0}× slower than {1}.', by, those);
  }
  return runs
    ? t('This one is {0}× faster than {1}.', by, those)
    : t('This one was {0}× faster than {1}.', by, those);
}
