import * as l10n from '@vscode/l10n';
import { formatCount } from '../../text/format.ts';
import type { Ui } from '../Ui.ts';

/** The largest limit that the list offers. */
const maxLimit = 10;

/** Lets the user pick how many of `backfillCount` backfills run at a time. Returns undefined if the list is closed. */
export async function pickLimit(ui: Ui, backfillCount: number): Promise<number | undefined> {
  const limits = Array.from({ length: Math.min(maxLimit, backfillCount - 1) }, (_, index) => index + 1);
  return ui.pickOne(
    l10n.t('Select how many backfills run at a time'),
    limits.map((limit) => ({
      label: limit === 1 ? l10n.t('One at a time') : l10n.t('At most {0} at a time', formatCount(limit)),
      value: limit,
    })),
  );
}
