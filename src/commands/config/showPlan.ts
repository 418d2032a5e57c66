import { comparisonScheme, planScheme } from '../../contributions/viewIds.ts';
import type { CommandHandler } from '../CommandHandler.ts';
import { openPlannedFile } from './openPlannedFile.ts';
import { requestPlan } from './requestPlan.ts';

/** Shows what Sequin would change if it applied a `sequin.yaml` file. */
export const showPlan = createPlanCommand(planScheme);

/** Shows the differences between the server and a `sequin.yaml` file. */
export const compareWithServer = createPlanCommand(comparisonScheme);

function createPlanCommand(scheme: typeof planScheme | typeof comparisonScheme): CommandHandler {
  return async (context, { documentUri }) => {
    const file = await openPlannedFile(context, documentUri, scheme);
    const resolved = await file?.resolve();
    const difference = file && resolved && (await requestPlan(file, resolved));
    if (resolved !== undefined && difference !== undefined) {
      await file?.show({ resolved, difference });
    }
  };
}
