import * as l10n from '@vscode/l10n';
import { commandIds } from '../../contributions/commandIds.ts';
import type { SinkRef } from '../../model/BackfillRef.ts';
import type { Sink } from '../../model/Sink.ts';
import type { ServerView } from '../../servers/ServerMonitor.ts';
import { toDisplayText } from '../../text/toDisplayText.ts';
import type { TextRange } from '../document/YamlNode.ts';
import type { YamlFile } from '../YamlFile.ts';
import { describeLiveSink } from './describeLiveSink.ts';

/** A code lens above the name of a sink. */
export interface SinkLens {
  readonly range: TextRange;
  readonly title: string;
  /** The command that a click runs; empty if the lens is plain text. */
  readonly command: string;
  /** The sink that the command is for; undefined if the command is for the whole file. */
  readonly target?: SinkRef;
}

/** A sink that exists on a server. */
interface ExistingSink {
  readonly sink: Sink;
  readonly ref: SinkRef;
}

/** Finds the sinks of a file that exist on a server, by name. */
export function findExistingSinks(
  { symbols }: YamlFile,
  { connection, snapshot }: ServerView,
): ReadonlyMap<string, ExistingSink> {
  const definitions = symbols.definitions.filter(({ kind }) => kind === 'sink');
  const names = new Set(definitions.map(({ name }) => name));
  const sinks = [...snapshot.sinks.values()].filter(({ name }) => names.has(name));
  return new Map(
    sinks.map((sink) => [sink.name, { sink, ref: { connectionId: connection.id, sinkId: sink.id } }]),
  );
}

/** Creates the lenses of all sinks in a file; none until the sinks of the server are loaded. */
export function createSinkLenses(file: YamlFile, server: ServerView): SinkLens[] {
  if (server.snapshot.sinksLoad.loadedAt === undefined) {
    return [];
  }
  const existingSinks = findExistingSinks(file, server);
  return file.symbols.definitions
    .filter(({ kind }) => kind === 'sink')
    .flatMap(({ name, range }) =>
      createLenses(existingSinks.get(name), server).map((lens) => ({ range, ...lens })),
    );
}

function createLenses(existingSink: ExistingSink | undefined, server: ServerView): Omit<SinkLens, 'range'>[] {
  if (existingSink === undefined) {
    const name = toDisplayText(server.connection.name);
    return [
      { title: l10n.t('This sink doesn’t exist on {0}', name), command: '' },
      { title: l10n.t('Show Plan'), command: commandIds.showPlan },
    ];
  }
  const { sink, ref: target } = existingSink;
  return [
    { title: describeLiveSink(sink, server), command: commandIds.revealInSinksView, target },
    { title: l10n.t('Start Backfill'), command: commandIds.startBackfill, target },
    { title: l10n.t('Open'), command: commandIds.openSink, target },
  ];
}
