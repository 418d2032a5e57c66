import { window } from 'vscode';
import type { CommandParts } from './Command.ts';

/** Asks the server for all that is shown. What fails is said by the rows themselves. */
export async function refresh({ monitors }: CommandParts): Promise<void> {
  await window.withProgress({ location: { viewId: 'sequin.sinks' } }, async () =>
    monitors.current?.refresh(),
  );
}
