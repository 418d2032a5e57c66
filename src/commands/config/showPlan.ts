import { comparisonScheme, planScheme } from '../../contributions/viewIds.ts';
import type { CommandContext } from '../CommandHandler.ts';
import type { CommandTargets } from '../Target.ts';
import { openPlannedFile } from './openPlannedFile.ts';
import type { PlannedFile } from './PlannedFile.ts';
import { requestPlan } from './requestPlan.ts';

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

async function planFile(file: PlannedFile): Promise<void> {
  const resolved = await file.resolve();
  const difference = resolved && (await requestPlan(file, resolved));
  if (resolved !== undefined && difference !== undefined) {
    await file.show({ resolved, difference });
  }
}
