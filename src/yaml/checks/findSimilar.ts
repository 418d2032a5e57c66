import * as l10n from '@vscode/l10n';
import { toDisplayText } from '../../text/toDisplayText.ts';
import { quoteIfNeeded } from '../document/quoteIfNeeded.ts';
import type { TextRange } from '../document/YamlNode.ts';
import { createReplacement, type Fix } from './Problem.ts';

/** Offers to replace a word with the most similar candidate, if the word could be a typo. */
export function suggestSimilar(word: string, candidates: readonly string[], range: TextRange): Fix[] {
  const similar = findSimilar(word, candidates);
  return similar === undefined
    ? []
    : [createReplacement(l10n.t('Change to {0}', toDisplayText(similar)), range, quoteIfNeeded(similar))];
}

/** The maximum length of a word with a suggestion. The time for a comparison grows with the square of the length. */
const maxWordLength = 100;

/** Finds the candidate that is most similar to a word, if the word could be a typo, such as `sikns` for `sinks`. */
export function findSimilar(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > maxWordLength) {
    return undefined;
  }
  const normalized = normalize(word);
  let similar: string | undefined;
  // A typo has one edit, or up to one for every four characters of the word. Each candidate must have fewer edits than
  // the best one so far.
  let editLimit = Math.max(1, Math.floor(word.length / 4)) + 1;
  for (const candidate of candidates) {
    const edits = countEdits(normalized, normalize(candidate), editLimit);
    if (edits < editLimit) {
      [similar, editLimit] = [candidate, edits];
    }
  }
  return similar;
}

function normalize(word: string): string {
  return word.toLowerCase().replaceAll(/[- ]/g, '_');
}

/**
 * Returns the Levenshtein distance of two words if it is below `limit`. Otherwise stops early, to save time, and
 * returns `limit` or a larger number.
 */
function countEdits(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) >= limit) {
    return limit;
  }
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 0; i < from.length && Math.min(...row) < limit; i += 1) {
    const next = [i + 1];
    for (let j = 1; j <= to.length; j += 1) {
      const substitution = (row[j - 1] ?? 0) + (from[i] === to[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substitution));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
