import { t } from '@vscode/l10n';
import type { InvalidCliContext, CliContextProblem } from '../model/CliContext.ts';
import { toDisplayText } from './toDisplayText.ts';

/** Explains why a Sequin CLI file contains no usable context: `broken.json: not JSON`. */
export function describeInvalidContext({ file, problem }: InvalidCliContext): string {
  return t('{0}: {1}', toDisplayText(file), describeContextProblem(problem));
}

function describeContextProblem(problem: CliContextProblem): string {
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
    case 'invalidToken':
      return t('its token has spaces or special letters');
    case 'address':
      return t('its hostname is not an address');
  }
}
