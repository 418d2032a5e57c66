import { isDeepStrictEqual } from 'node:util';
import type { SinkAnswer } from '../api/SequinApi.ts';
import { isOpen, type Backfill } from '../model/Backfill.ts';
import { DisposableBase, Emitter } from '../shared/lifecycle.ts';
import { emptySnapshot, neverLoaded, type Load, type Snapshot, type SnapshotChange } from './Snapshot.ts';

/**
 * Holds what is known of one server. Every answer enters here, whoever asked, and makes a new snapshot and
 * one event that says what changed. What did not change keeps its identity.
 */
export class SnapshotStore extends DisposableBase {
  #snapshot = emptySnapshot;
  readonly #onDidChange = this.register(new Emitter<SnapshotChange>());
  readonly onDidChange = this.#onDidChange.event;

  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  /**
   * Takes the list of all sinks. Returns the backfills that were open and are not in it any more: they
   * ended, and how is not told here.
   */
  applySinks(answers: readonly SinkAnswer[], now: number): Backfill[] {
    const before = this.#snapshot;
    const changed = new Set<string>();
    const changedBackfills = new Set<string>();
    const departed: Backfill[] = [];
    const sinks = new Map(
      answers.map(({ sink }) => {
        const known = before.sinks.get(sink.id);
        if (known !== undefined && isDeepStrictEqual(known, sink)) {
          return [sink.id, known];
        }
        changed.add(sink.id);
        return [sink.id, sink];
      }),
    );
    const backfills = new Map(
      answers.map(({ sink, openBackfills }) => {
        const known = before.backfills.get(sink.id) ?? new Map<string, Backfill>();
        const listed = new Set(openBackfills.map(({ id }) => id));
        for (const backfill of known.values()) {
          if (isOpen(backfill) && !listed.has(backfill.id)) {
            departed.push(backfill);
          }
        }
        return [sink.id, merge(known, openBackfills, changedBackfills)];
      }),
    );
    for (const [sinkId, known] of backfills) {
      if (known !== before.backfills.get(sinkId)) {
        changed.add(sinkId);
      }
    }
    const gone = [...before.sinks.keys()].filter((sinkId) => !sinks.has(sinkId));
    const membership = gone.length > 0 || sinks.size !== before.sinks.size;
    this.#change(
      {
        sinks,
        backfills,
        sinksLoad: { loading: false, loadedAt: now, failure: undefined },
        historyLoads: new Map([...before.historyLoads].filter(([sinkId]) => sinks.has(sinkId))),
      },
      {
        membership,
        sinkIds: new Set([...changed, ...gone]),
        backfillIds: new Set([
          ...changedBackfills,
          ...gone.flatMap((sinkId) => [...(before.backfills.get(sinkId)?.keys() ?? [])]),
        ]),
        sinksLoad: true,
      },
    );
    return departed;
  }

  /** Takes the whole list of a sink's backfills: what it does not hold is gone. */
  applyHistory(sinkId: string, backfills: readonly Backfill[], now: number): void {
    const known = this.#snapshot.backfills.get(sinkId) ?? new Map<string, Backfill>();
    const listed = new Set(backfills.map(({ id }) => id));
    const gone = [...known.keys()].filter((id) => !listed.has(id));
    const changed = new Set(gone);
    const kept = gone.length === 0 ? known : new Map([...known].filter(([id]) => listed.has(id)));
    this.#changeSink(sinkId, merge(kept, backfills, changed), changed, {
      loading: false,
      loadedAt: now,
      failure: undefined,
    });
  }

  /** Takes one backfill, as a read or a write told it. */
  applyBackfill(backfill: Backfill): void {
    const known = this.#snapshot.backfills.get(backfill.sinkId) ?? new Map<string, Backfill>();
    const changed = new Set<string>();
    this.#changeSink(backfill.sinkId, merge(known, [backfill], changed), changed);
  }

  /** Takes it that a backfill does not exist any more. */
  removeBackfill(sinkId: string, backfillId: string): void {
    const known = new Map(this.#snapshot.backfills.get(sinkId));
    if (known.delete(backfillId)) {
      this.#changeSink(sinkId, known, new Set([backfillId]));
    }
  }

  setSinksLoad(load: Partial<Load>): void {
    this.#change(
      { sinksLoad: { ...this.#snapshot.sinksLoad, ...load } },
      { membership: false, sinkIds: new Set(), backfillIds: new Set(), sinksLoad: true },
    );
  }

  setHistoryLoad(sinkId: string, load: Partial<Load>): void {
    const known = this.#snapshot.backfills.get(sinkId) ?? new Map<string, Backfill>();
    this.#changeSink(sinkId, known, new Set(), load);
  }

  #changeSink(
    sinkId: string,
    backfills: ReadonlyMap<string, Backfill>,
    backfillIds: ReadonlySet<string>,
    load?: Partial<Load>,
  ): void {
    const { historyLoads } = this.#snapshot;
    this.#change(
      {
        backfills: new Map(this.#snapshot.backfills).set(sinkId, backfills),
        historyLoads:
          load === undefined
            ? historyLoads
            : new Map(historyLoads).set(sinkId, { ...(historyLoads.get(sinkId) ?? neverLoaded), ...load }),
      },
      { membership: false, sinkIds: new Set([sinkId]), backfillIds, sinksLoad: false },
    );
  }

  #change(parts: Partial<Snapshot>, change: SnapshotChange): void {
    this.#snapshot = { ...this.#snapshot, ...parts };
    this.#onDidChange.fire(change);
  }
}

/**
 * The known backfills with what an answer told of some; the same map if that is nothing new. An answer that
 * was under way for longer than another may be the older one: `updated_at` tells.
 */
function merge(
  known: ReadonlyMap<string, Backfill>,
  answered: readonly Backfill[],
  changed: Set<string>,
): ReadonlyMap<string, Backfill> {
  let merged: Map<string, Backfill> | undefined;
  for (const backfill of answered) {
    const before = known.get(backfill.id);
    if (
      before === undefined ||
      (backfill.updatedAt >= before.updatedAt && !isDeepStrictEqual(before, backfill))
    ) {
      merged ??= new Map(known);
      merged.set(backfill.id, backfill);
      changed.add(backfill.id);
    }
  }
  return merged ?? known;
}
