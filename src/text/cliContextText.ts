import { t } from '@vscode/l10n';
import type { BadCliContext, CliContextProblem } from '../model/CliContext.ts';
import { plainMessage } from './plainMessage.ts';

/** Why a file of the Sequin CLI holds no context that can be used: `broken.json: not JSON`. */
export function badContextText({ file, problem }: BadCliContext): string {
  return t('{0}: {1}', plainMessage(file), problemText(problem));
}

function problemText(problem: CliContextProblem): string {
  switch (problem) {
    case 'unreadable':
      return t('cannot be read');
    case 'tooLarge':
      return t('too large for a context');
    case 'notJson':
      return t('not JSON');
    case 'shape':
      return t('not as the Sequin CLI writes it');
    case 'noToken':
      return t('no token');
    case 'badToken':
      return t('its token has spaces or special letters');
    case 'address':
      return t('its hostname is not an address');
  }
}
