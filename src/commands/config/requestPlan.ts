import * as l10n from '@vscode/l10n';
import { toDisplayText } from '../../text/toDisplayText.ts';
import type { PlanDifference } from '../../yaml/plan/PlanDifference.ts';
import type { ResolvedConfig } from '../../yaml/plan/resolveConfig.ts';
import type { PlannedFile } from './PlannedFile.ts';

/** Requests the plan of a file from its server. Returns undefined after a failure, which it reports. */
export async function requestPlan(
  file: PlannedFile,
  { yaml }: ResolvedConfig,
): Promise<PlanDifference | undefined> {
  const { monitor, name } = file;
  const result = await file.showProgress(
    l10n.t('Comparing {0} with {1}…', toDisplayText(name), toDisplayText(monitor.connection.name)),
    () => monitor.planConfig(yaml),
  );
  if (result.failure !== undefined) {
    file.reportFailure(result.failure);
    return undefined;
  }
  return file.compare(result.value);
}
