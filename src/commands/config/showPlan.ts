import * as l10n from '@vscode/l10n';
import { comparisonScheme, planScheme } from '../../contributions/viewIds.ts';
import { toDisplayText } from '../../text/toDisplayText.ts';
import type { CommandContext } from '../CommandHandler.ts';
import type { CommandTargets } from '../Target.ts';
import { openPlannedFile } from './openPlannedFile.ts';
import type { PlannedFile } from './PlannedFile.ts';

/** Shows what Sequin would change to apply a `sequin.yaml` file. */
export async function showPlan(context: CommandContext, { documentUri }: CommandTargets): Promise<void> {
  const file = await openPlannedFile(context, documentUri, planScheme);
  if (file !== undefined) {
    await planFile(file);
  }
}

/** Shows how the server differs from a `sequin.yaml` file: the same as a plan, from the other side. */
export async function compareWithServer(
  context: CommandContext,
  { documentUri }: CommandTargets,
): Promise<void> {
  const file = await openPlannedFile(context, documentUri, comparisonScheme);
  if (file !== undefined) {
    await planFile(file);
  }
}

/** Lets the server plan the current version of a file, and shows the plan. */
async function planFile(file: PlannedFile): Promise<void> {
  const resolved = await file.resolve();
  if (resolved === undefined) {
    return;
  }
  const { monitor, name } = file;
  const title = l10n.t(
    'Comparing {0} with {1}…',
    toDisplayText(name),
    toDisplayText(monitor.connection.name),
  );
  const result = await file.showProgress(title, () => monitor.planConfig(resolved.yaml));
  if (result.failure === undefined) {
    await file.show({ resolved, difference: file.compare(result.value) });
  } else {
    file.reportFailure(result.failure);
  }
}
