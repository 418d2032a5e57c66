import * as l10n from '@vscode/l10n';
import type { ServerMonitor } from '../../servers/ServerMonitor.ts';
import type { Ui } from '../Ui.ts';

/** Reports that the sample data has no configuration, and returns true, if a server is that of the sample data. */
export function rejectSampleData(
  ui: Pick<Ui, 'showMessage'>,
  { connection }: Pick<ServerMonitor, 'connection'>,
): boolean {
  if (connection.isSample !== true) {
    return false;
  }
  ui.showMessage(
    'information',
    l10n.t('The sample data has no configuration. Connect to a Sequin server first.'),
  );
  return true;
}
