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
  /** The current monitor of the server. A new token replaces the monitor. */
  readonly monitor: ServerMonitor;
  /** Reads the current version of the file. Returns undefined if the file can't be sent, and reports why. */
  readonly resolve: () => Promise<ResolvedConfig | undefined>;
  readonly compare: (plan: ConfigPlan) => PlanDifference;
  /** Shows a plan in the diff editor of the file. */
  readonly show: (shown: Omit<ShownPlan, 'file'>) => Promise<void>;
  /** Reports a problem at a position of the file. */
  readonly reportProblem: (message: string, range: TextRange) => void;
  /** Reports why the server rejects the file. */
  readonly reportFailure: (failure: Failure) => void;
  /** Shows that a request is pending. */
  readonly showProgress: <T>(title: string, task: () => Promise<T>) => Promise<T>;
}

/** A plan that an editor shows, with the configuration that was sent for it. */
export interface ShownPlan {
  readonly file: PlannedFile;
  readonly resolved: ResolvedConfig;
  readonly difference: PlanDifference;
}

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
