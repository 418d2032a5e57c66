import * as l10n from '@vscode/l10n';
import { isEmptyPlan, isSamePlan } from '../../model/ConfigPlan.ts';
import type { Failure } from '../../model/failure.ts';
import { listRunningBackfills } from '../../servers/findInterrupted.ts';
import { getCertainty } from '../../servers/WriteSender.ts';
import { isRecord } from '../../shared/guards.ts';
import { describeFailure } from '../../text/failureText.ts';
import { createApplyConfirmation } from '../../text/planText.ts';
import { toDisplayText } from '../../text/toDisplayText.ts';
import type { ResolvedConfig } from '../../yaml/plan/resolveConfig.ts';
import type { CommandHandler } from '../CommandHandler.ts';
import { confirm, type Ui } from '../Ui.ts';
import { requestPlan, type ShownPlan } from './PlannedFile.ts';

/** Applies the file whose plan is shown in the editor that the command is run on. */
export const applyPlan: CommandHandler = async ({ ui, plans }, { documentUri }) => {
  const shown = documentUri === undefined ? undefined : plans.get(documentUri);
  if (shown === undefined) {
    ui.showMessage('information', l10n.t('Run Show Plan first.'));
    return;
  }
  await applyShownPlan(ui, shown);
};

/**
 * Applies a file whose plan was shown, after confirmation. Requests a new plan first. If the file or the server has
 * changed since the shown plan, shows the new plan instead of applying the file.
 */
export async function applyShownPlan(ui: Ui, shown: ShownPlan): Promise<void> {
  const { file } = shown;
  const resolved = await file.resolve();
  if (resolved === undefined) {
    return;
  }
  if (resolved.maskedSecret !== undefined) {
    const message = l10n.t(
      'The file has a masked secret. Sequin would store the mask instead of the secret.',
    );
    file.reportProblem(message, resolved.maskedSecret);
    return;
  }
  const difference = await requestPlan(file, resolved);
  if (difference === undefined) {
    return;
  }
  if (resolved.yaml !== shown.resolved.yaml || !isSamePlan(difference, shown.difference)) {
    await file.show({ resolved, difference });
    ui.showMessage(
      'warning',
      l10n.t('The file or the server has changed since the plan. Review the new plan, then apply it.'),
    );
    return;
  }
  if (await confirmApply(ui, shown, resolved)) {
    await sendAndReport(ui, shown, resolved);
  }
}

async function confirmApply(
  ui: Ui,
  { file, difference }: ShownPlan,
  resolved: ResolvedConfig,
): Promise<boolean> {
  const { monitor, name } = file;
  await monitor.ensureCurrentSinks();
  const databases = listDatabases(resolved.value);
  const sinkNames = new Set(listItems(resolved.value, 'sinks').map((sink) => sink['name']));
  // A sink keeps its database, even if the file names another database for the sink (recording y04-25).
  for (const sink of monitor.snapshot.sinks.values()) {
    if (sinkNames.has(sink.name) && sink.database !== null) {
      databases.add(sink.database);
    }
  }
  const interrupted = listRunningBackfills(
    monitor.snapshot,
    ({ database }) => database !== null && databases.has(database),
  );
  const confirmation = createApplyConfirmation({
    fileName: name,
    connection: monitor.connection,
    plan: difference,
    interruption: { count: interrupted.length, databases: [...databases].sort() },
  });
  return confirm(ui, confirmation);
}

/**
 * Lists the databases that a configuration names. Sequin restarts their replication when it applies the configuration.
 */
function listDatabases(value: ResolvedConfig['value']): Set<string> {
  const names = [
    ...listItems(value, 'databases').map((database) => database['name']),
    ...listItems(value, 'sinks').map((sink) => sink['database']),
  ];
  return new Set(names.filter((name) => typeof name === 'string'));
}

function listItems(value: ResolvedConfig['value'], section: string): Readonly<Record<string, unknown>>[] {
  const items: unknown = value[section];
  return Array.isArray(items) ? items.filter(isRecord) : [];
}

/** Applies a configuration, shows a plan of the changes that remain, and reports the result. */
async function sendAndReport(
  ui: Ui,
  { file, difference }: ShownPlan,
  resolved: ResolvedConfig,
): Promise<void> {
  const { monitor } = file;
  const [fileName, connectionName] = [toDisplayText(file.name), toDisplayText(monitor.connection.name)];
  const { failure } = await file.showProgress(l10n.t('Applying {0} to {1}…', fileName, connectionName), () =>
    monitor.applyConfig(resolved.yaml),
  );
  if (failure !== undefined && getCertainty(failure) === 'notPerformed') {
    file.reportFailure(failure);
    return;
  }
  const remaining = await requestPlan(file, resolved);
  if (remaining !== undefined) {
    await file.show({ resolved, difference: remaining });
  }
  void monitor.refresh();
  // If the response is lost, an empty plan shows that Sequin applied the file, unless the plan was empty before.
  const isAppliedAccordingToPlan =
    remaining !== undefined && isEmptyPlan(remaining) && !isEmptyPlan(difference);
  if (failure === undefined || isAppliedAccordingToPlan) {
    ui.showStatus(l10n.t('Applied {0} to {1}.', fileName, connectionName));
  } else {
    reportUnconfirmed(ui, failure, connectionName);
  }
}

function reportUnconfirmed(ui: Ui, failure: Failure, connectionName: string): void {
  const { sentence } = describeFailure(failure, connectionName);
  const hint =
    getCertainty(failure) === 'unknown'
      ? l10n.t('Sequin may have applied the file or may still do so. The plan shows what remains.')
      : l10n.t('Sequin may have applied a part of the file. The plan shows what remains.');
  ui.showMessage('warning', `${sentence} ${hint}`);
}
