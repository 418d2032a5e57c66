import { t } from '@vscode/l10n';

/** Appends a period unless the sentence already ends with punctuation, as quoted server text may. */
export function endWithPeriod(sentence: string): string {
  return /[.!?…]\s*$/.test(sentence) ? sentence.trimEnd() : t('{0}.', sentence);
}
