import type * as vscode from 'vscode';
import type { Settings } from '../contributions/Settings.ts';
import type { Sink } from '../model/Sink.ts';
import type { ServerMonitor } from '../servers/ServerMonitor.ts';
import type { ServerRegistry } from '../servers/ServerRegistry.ts';
import type { Clock } from '../shared/clock.ts';

/** The dependencies of the features for `sequin.yaml`. */
export interface YamlSupportContext {
  readonly clock: Clock;
  readonly servers: ServerRegistry;
  readonly settings: Settings;
  readonly workspaceState: vscode.Memento;
  /** Creates the hover that a sink has in the tree. `now` is a local time in milliseconds. */
  readonly createSinkHover: (
    sink: Sink,
    server: Pick<ServerMonitor, 'connection' | 'snapshot'>,
    now: number,
  ) => vscode.MarkdownString;
}
