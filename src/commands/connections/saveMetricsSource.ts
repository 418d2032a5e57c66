import * as l10n from '@vscode/l10n';
import type { Connection } from '../../model/Connection.ts';
import type { MetricsSource } from '../../model/deliveries/MetricsSource.ts';
import { toDisplayText } from '../../text/toDisplayText.ts';
import type { CommandContext } from '../CommandHandler.ts';

/** Saves or deletes the metrics source of a connection, and reports the result. */
export async function saveMetricsSource(
  { metrics, ui }: Pick<CommandContext, 'metrics' | 'ui'>,
  connection: Connection,
  source: MetricsSource | undefined,
): Promise<void> {
  const name = toDisplayText(connection.name);
  if (!(await metrics.set(connection, source))) {
    ui.showMessage(
      'error',
      source === undefined
        ? l10n.t('Couldn’t delete the metrics URL of {0} from VS Code’s secret storage.', name)
        : l10n.t('Couldn’t save the metrics URL of {0} to VS Code’s secret storage.', name),
    );
  } else {
    ui.showStatus(
      source === undefined
        ? l10n.t('Metrics of {0} turned off.', name)
        : l10n.t('Metrics of {0} turned on.', name),
    );
  }
}
