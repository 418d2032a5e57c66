import type { Memento } from 'vscode';
import type { Clock } from '../shared/clock.ts';
import { isArrayOf, isNumber, isString } from '../shared/guards.ts';
import { readMemento, saveMemento } from '../shared/memento.ts';
import { storageKeys } from '../shared/storageKeys.ts';

/**
 * How long the secrets and the saved data of a connection are kept after it disappears from the settings, in
 * milliseconds. A mistake in the settings file may remove connections for a while.
 */
export const orphanRetentionMs = 24 * 3600_000;

/**
 * The id of a connection, and the time of the local clock when it was first missing from the settings; null if the
 * connection isn't missing.
 */
type KnownConnection = readonly [id: string, missingSince: number | null];

/**
 * Remembers the connections of this profile, to find those that were deleted from the settings by hand. The secrets
 * can't be compared with the settings instead: all profiles of VS Code share the secrets, but each has its own
 * settings.
 */
export class KnownConnections {
  readonly #memento: Pick<Memento, 'get' | 'update'>;
  readonly #clock: Clock;

  constructor(memento: Pick<Memento, 'get' | 'update'>, clock: Clock) {
    this.#memento = memento;
    this.#clock = clock;
  }

  /**
   * The ids of the connections that were in the settings at the last update, and of missing connections whose data
   * isn't deleted yet.
   */
  get ids(): readonly string[] {
    return this.#read().map(([id]) => id);
  }

  /**
   * Remembers `ids`, the ids of all connections in the settings. Returns the known ids that have been missing for a day
   * or longer. Each call returns such an id again, until {@link forget} is called with it.
   */
  update(ids: readonly string[]): readonly string[] {
    const now = this.#clock.now();
    const presentIds = new Set(ids);
    const known = this.#read();
    const missing = known
      .filter(([id]) => !presentIds.has(id))
      .map(([id, since]) => [id, Math.min(since ?? now, now)] as const);
    this.#write(known, [...[...presentIds].map((id) => [id, null] as const), ...missing]);
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
