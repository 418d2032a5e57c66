import type { Memento } from 'vscode';
import type { Clock } from '../shared/clock.ts';
import { isArrayOf, isNumber, isString } from '../shared/guards.ts';
import { readMemento, saveMemento } from '../shared/memento.ts';
import { storageKeys } from '../shared/storageKeys.ts';

/** The grace period for a mistake in the settings file, which may hide its connections for a while. */
export const orphanRetentionMs = 24 * 3600_000;

/** The id of a connection, and when it was first missing in the settings, by the local clock. */
type KnownConnection = readonly [id: string, missingSince: number | null];

/**
 * Remembers the connections of this profile, to find those that were deleted from the settings by hand. Secrets can't
 * show that: all profiles of VS Code share them, but each has its own settings.
 */
export class KnownConnections {
  readonly #memento: Pick<Memento, 'get' | 'update'>;
  readonly #clock: Clock;

  constructor(memento: Pick<Memento, 'get' | 'update'>, clock: Clock) {
    this.#memento = memento;
    this.#clock = clock;
  }

  /** Remembers the ids in the settings, and returns those that have been missing for a day, until {@link forget}. */
  update(ids: readonly string[]): readonly string[] {
    const now = this.#clock.now();
    const present = new Set(ids);
    const known = this.#read();
    const missing = known
      .filter(([id]) => !present.has(id))
      .map(([id, since]) => [id, Math.min(since ?? now, now)] as const);
    this.#write(known, [...[...present].map((id) => [id, null] as const), ...missing]);
    return missing.filter(([, since]) => now - since >= orphanRetentionMs).map(([id]) => id);
  }

  /** Forgets a connection whose data was deleted. */
  forget(id: string): void {
    const known = this.#read();
    this.#write(
      known,
      known.filter(([knownId]) => knownId !== id),
    );
  }

  #read(): readonly KnownConnection[] {
    return readMemento(this.#memento, storageKeys.knownConnections, isKnownConnections, []);
  }

  #write(known: readonly KnownConnection[], next: readonly KnownConnection[]): void {
    if (JSON.stringify(known) !== JSON.stringify(next)) {
      saveMemento(this.#memento, storageKeys.knownConnections, next);
    }
  }
}

function isKnownConnections(value: unknown): value is readonly KnownConnection[] {
  return isArrayOf(
    value,
    (entry): entry is KnownConnection =>
      Array.isArray(entry) &&
      entry.length === 2 &&
      isString(entry[0]) &&
      (entry[1] === null || isNumber(entry[1])),
  );
}
