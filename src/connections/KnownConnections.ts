import * as v from 'valibot';
import type { Memento } from 'vscode';
import type { Clock } from '../shared/clock.ts';
import { readMemento, saveMemento } from '../shared/memento.ts';
import { storageKeys } from '../shared/storageKeys.ts';

/** The grace period for a mistake in the settings file, which may hide its connections for a while. */
export const orphanRetentionMs = 24 * 3600_000;

/** The id of each known connection, and when it was first missing in the settings, by the local clock. */
const knownConnections = v.array(v.tuple([v.string(), v.nullable(v.number())]));

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

  #read(): readonly (readonly [string, number | null])[] {
    return readMemento(this.#memento, storageKeys.knownConnections, knownConnections, []);
  }

  #write(
    known: readonly (readonly [string, number | null])[],
    next: readonly (readonly [string, number | null])[],
  ): void {
    if (JSON.stringify(known) !== JSON.stringify(next)) {
      saveMemento(this.#memento, storageKeys.knownConnections, next);
    }
  }
}
