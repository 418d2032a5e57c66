import * as l10n from '@vscode/l10n';
import type { StallRemedy } from '../model/progress/stallRemedy.ts';
import { sinkActionTexts } from './sinkActionText.ts';

/** The label and the codicon of the button for a remedy. The name of a remedy is that of its command. */
export function getRemedyText(remedy: StallRemedy): { readonly label: string; readonly icon: string } {
  switch (remedy) {
    case 'testConnection':
      return { label: l10n.t('Test Database Connection'), icon: 'plug' };
    case 'refreshTables':
      return { label: l10n.t('Refresh Tables'), icon: 'refresh' };
    default:
      return { label: sinkActionTexts[remedy].label(), icon: sinkActionTexts[remedy].icon };
  }
}
