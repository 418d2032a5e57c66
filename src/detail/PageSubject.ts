import * as l10n from '@vscode/l10n';
import type { BackfillRef, PageRef, SinkRef } from '../model/BackfillRef.ts';
import type { Failure } from '../model/failure.ts';
import type { LoadState } from '../servers/LoadState.ts';
import type { ServerMonitor } from '../servers/ServerMonitor.ts';
import { findBackfill, getShownLoad, type SnapshotChange } from '../servers/Snapshot.ts';
import { createBackfillPage } from './backfillPage.ts';
import type { PageOptions, ServerView } from './pageParts.ts';
import type { Page } from './protocol.ts';
import { createSinkPage } from './sinkPage.ts';

/** What a page shows: a backfill or a sink. */
export interface PageSubject {
  /** Explains why there is no content if the connection was removed. */
  readonly explainRemoval: () => string;
  /** Creates the content, with its load state; undefined while the snapshot lacks the subject. */
  readonly createPage: (
    server: ServerView,
    options: PageOptions,
  ) => { readonly page: Page; readonly load: LoadState } | undefined;
  /** Whether a change may have removed the subject from the snapshot, so that {@link load} must be called. */
  readonly isLoadNeeded: (change: SnapshotChange) => boolean;
  /** Loads the subject unless the snapshot has it; resolves to a failure if that fails. */
  readonly load: (monitor: ServerMonitor) => Promise<Failure | undefined>;
}

/** Creates the subject for a reference. */
export function createPageSubject(ref: PageRef): PageSubject {
  const { backfillId } = ref;
  return backfillId === undefined ? createSinkSubject(ref) : createBackfillSubject({ ...ref, backfillId });
}

function createBackfillSubject({ sinkId, backfillId }: BackfillRef): PageSubject {
  return {
    explainRemoval: () => l10n.t('The connection of this backfill was removed.'),
    createPage: (server, options) => {
      const backfill = findBackfill(server.snapshot, sinkId, backfillId);
      return (
        backfill && {
          page: createBackfillPage(backfill, server, options),
          load: getShownLoad(server.snapshot, backfill),
        }
      );
    },
    // A finished backfill leaves the list of unfinished ones; a request for it alone returns its final state.
    isLoadNeeded: ({ changedBackfillIds }) => changedBackfillIds.has(backfillId),
    load: async (monitor) =>
      findBackfill(monitor.snapshot, sinkId, backfillId) === undefined
        ? monitor.loadBackfill(sinkId, backfillId)
        : undefined,
  };
}

function createSinkSubject({ sinkId }: SinkRef): PageSubject {
  return {
    explainRemoval: () => l10n.t('The connection of this sink was removed.'),
    createPage: (server, options) => {
      const { sinks, sinksLoad } = server.snapshot;
      const sink = sinks.get(sinkId);
      return sink && { page: createSinkPage(sink, server, options), load: sinksLoad };
    },
    isLoadNeeded: ({ sinkListChanged, connectionChanged }) => sinkListChanged || connectionChanged,
    // The list of sinks has all of their fields, so nothing else is requested.
    load: ({ snapshot }) => {
      const { failure, fromCache } = snapshot.sinksLoad;
      const isMissing = !snapshot.sinks.has(sinkId) && fromCache !== true;
      return Promise.resolve(failure ?? (isMissing ? { kind: 'notFound', resource: 'sink' } : undefined));
    },
  };
}
