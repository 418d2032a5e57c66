import * as l10n from '@vscode/l10n';
import type { MetricsStore } from '../../connections/MetricsStore.ts';
import type { Connection } from '../../model/Connection.ts';
import type { MetricsSource } from '../../model/deliveries/MetricsSource.ts';
import type { Ui } from '../Ui.ts';

interface SaveContext {
  readonly metrics: Pick<MetricsStore, 'set'>;
  readonly ui: Pick<Ui, 'showMessage' | 'showStatus'>;
}

/** Saves where the metrics of a connection are, or that it uses none, and reports the result. */
export async function saveMetricsSource(
  { metrics, ui }: SaveContext,
  connection: Connection,
  source: MetricsSource | undefined,
): Promise<void> {
  if (!(await metrics.set(connection, source))) {
    ui.showMessage('error', l10n.t('Couldn’t save the metrics URL in VS Code’s secret storage.'));
  } else {
    ui.showStatus(
      source === undefined ? l10n.t('Metrics are turned off.') : l10n.t('Metrics are turned on.'),
    );
  }
}
