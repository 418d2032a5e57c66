import { window } from 'vscode';
import type { CommandParts } from './Command.ts';
import { textIn } from './targets.ts';

/** Asks a row's server, or every one, for all that is shown. What fails is said by the rows themselves. */
export async function refresh({ monitors }: CommandParts, target: unknown): Promise<void> {
  const address = textIn(target, 'address');
  const wanted = monitors.all.filter(
    ({ connection }) => address === undefined || connection.address === address,
  );
  await window.withProgress({ location: { viewId: 'sequin.sinks' } }, () =>
    Promise.all(wanted.map((monitor) => monitor.refresh())),
  );
}
