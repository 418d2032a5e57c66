import * as l10n from '@vscode/l10n';
import type { SinkRef } from '../../model/BackfillRef.ts';
import type { Sink } from '../../model/Sink.ts';
import type { ServerMonitor } from '../../servers/ServerMonitor.ts';
import { toDisplayText } from '../../text/toDisplayText.ts';
import type { SymbolDefinition } from '../document/symbols.ts';
import type { TextRange } from '../document/YamlNode.ts';
import type { YamlFile } from '../YamlFile.ts';
import { describeLiveSink } from './describeLiveSink.ts';

type ServerView = Pick<ServerMonitor, 'connection' | 'snapshot' | 'serverNow'>;

/** A code lens above the name of a sink. */
export interface SinkLens {
  readonly range: TextRange;
  readonly title: string;
  /** The action of a click; undefined for a plain text. */
  readonly action?:
    | { readonly kind: 'reveal' | 'startBackfill' | 'open'; readonly target: SinkRef }
    | { readonly kind: 'showPlan' };
}

/** A sink that a file defines and that exists on the server. */
export interface ExistingSink {
  readonly definition: SymbolDefinition;
  readonly sink: Sink;
  readonly ref: SinkRef;
}

/** Finds the sinks of a file on a server, by name. */
export function findExistingSinks(
  { symbols }: YamlFile,
  { connection, snapshot }: ServerView,
): ExistingSink[] {
  const byName = new Map([...snapshot.sinks.values()].map((sink) => [sink.name, sink]));
  return symbols.definitions
    .filter(({ kind }) => kind === 'sink')
    .flatMap((definition) => {
      const sink = byName.get(definition.name);
      return sink === undefined
        ? []
        : [{ definition, sink, ref: { connectionId: connection.id, sinkId: sink.id } }];
    });
}

/** Creates the lenses of all sinks in a file; none until the sinks of the server are loaded. */
export function createSinkLenses(file: YamlFile, server: ServerView): SinkLens[] {
  if (server.snapshot.sinksLoad.loadedAt === undefined) {
    return [];
  }
  const existingSinks = new Map(findExistingSinks(file, server).map((each) => [each.definition, each]));
  return file.symbols.definitions
    .filter(({ kind }) => kind === 'sink')
    .flatMap((definition): SinkLens[] => {
      const { range } = definition;
      const existingSink = existingSinks.get(definition);
      if (existingSink === undefined) {
        const name = toDisplayText(server.connection.name);
        return [
          { range, title: l10n.t('This sink doesn’t exist in {0}', name) },
          { range, title: l10n.t('Show Plan'), action: { kind: 'showPlan' } },
        ];
      }
      const { sink, ref } = existingSink;
      return [
        { range, title: describeLiveSink(sink, server), action: { kind: 'reveal', target: ref } },
        { range, title: l10n.t('Start Backfill'), action: { kind: 'startBackfill', target: ref } },
        { range, title: l10n.t('Open'), action: { kind: 'open', target: ref } },
      ];
    });
}
