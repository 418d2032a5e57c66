import * as l10n from '@vscode/l10n';
import type { ConfigPlan, PlanDifference } from '../../model/ConfigPlan.ts';
import type { Failure } from '../../model/failure.ts';
import type { ServerMonitor } from '../../servers/ServerMonitor.ts';
import { toDisplayText } from '../../text/toDisplayText.ts';
import type { TextRange } from '../../yaml/document/YamlNode.ts';
import type { ResolvedConfig } from '../../yaml/plan/resolveConfig.ts';

/** A `sequin.yaml` file and the server that it is compared with. */
export interface PlannedFile {
  readonly name: string;
  /** The server's current monitor, looked up at each access, because a new token creates a new monitor. */
  readonly monitor: ServerMonitor;
  /**
   * Reads the current version of the file, and finds the values of its variables. Returns undefined if the user
   * cancels, or if the file can't be sent; in the latter case, reports why.
   */
  readonly resolve: () => Promise<ResolvedConfig | undefined>;
  /** Extracts the changes of a plan, without the updates that change nothing. */
  readonly findChanges: (plan: ConfigPlan) => PlanDifference;
  /** Shows a plan in the diff editor of the file. */
  readonly show: (shown: Omit<ShownPlan, 'file'>) => Promise<void>;
  /** Reports a problem at a position in the file. */
  readonly reportProblem: (message: string, range: TextRange) => void;
  /** Reports why a request about the file failed, with the position of the problem if it is known. */
  readonly reportFailure: (failure: Failure) => void;
  /** Runs a task, and shows the title in the status bar until the task has finished. */
  readonly showProgress: <T>(title: string, task: () => Promise<T>) => Promise<T>;
}

/** A plan that an editor shows, and the configuration that was sent to get the plan. */
export interface ShownPlan {
  readonly file: PlannedFile;
  readonly resolved: ResolvedConfig;
  readonly difference: PlanDifference;
}

/** Requests the plan of a file from its server. If the request fails, reports the failure and returns undefined. */
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
  return file.findChanges(result.value);
}
