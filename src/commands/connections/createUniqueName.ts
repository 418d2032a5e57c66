import type { ConnectionEntry } from '../../connections/connectionSettings.ts';

/** Returns the name, with a number appended if another connection has it. */
export function createUniqueName(name: string, entries: readonly ConnectionEntry[]): string {
  const taken = new Set(entries.map((entry) => entry.name));
  let candidate = name;
  for (let suffix = 2; taken.has(candidate); suffix += 1) {
    candidate = `${name} ${suffix}`;
  }
  return candidate;
}
