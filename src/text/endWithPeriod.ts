import { t } from '@vscode/l10n';

/** A sentence with its full stop, which one that ends in a server's words or in dots may have already. */
export function endWithPeriod(sentence: string): string {
  return /[.!?…]\s*$/.test(sentence) ? sentence.trimEnd() : t('{0}.', sentence);
}
