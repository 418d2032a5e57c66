import * as l10n from '@vscode/l10n';
import { type Backfill, isUnfinished } from '../model/Backfill.ts';
import type { LiveStatus } from '../model/progress/backfillStatus.ts';
import { diagnoseChecks, type Stall, type StallCause } from '../model/progress/stall.ts';
import { getSinkCondition, type Sink } from '../model/Sink.ts';
import { getAllowedSinkActions } from '../model/sinkActions.ts';
import { getLiveStatus } from '../servers/liveStatus.ts';
import type { ServerView } from '../servers/ServerMonitor.ts';
import {
  getBackfillsOfSink,
  getDeliveries,
  getPendingSinkAction,
  type Snapshot,
} from '../servers/Snapshot.ts';
import { toDeliveryRateFacts } from '../text/deliveryText.ts';
import { getHealthIcon } from '../text/icons.ts';
import { sinkActionTexts } from '../text/sinkActionText.ts';
import { describeInactiveSink, formatStalledTables } from '../text/sinkDiagnosisText.ts';
import { toDestinationFacts, toSettingFacts } from '../text/sinkSettingsText.ts';
import { formatDestination, formatSinkCondition, formatSinkName } from '../text/sinkText.ts';
import { describeStall, formatDiagnosisTitle, formatStallCause } from '../text/stallText.ts';
import { createSinkBackfills, createSinkTables } from './backfillTables.ts';
import {
  addConnectionMark,
  createChecks,
  createConsoleButton,
  createNextStepButton,
  createQuietButton,
  createRequestButton,
  getQuotedError,
} from './pageParts.ts';
import type { PageButton, SinkPage } from './protocol.ts';

/** Creates the content of a sink's page. The snapshot must have the sink. */
export function createSinkPage(sink: Sink, server: ServerView, showsAllRows: boolean): SinkPage {
  const { connection, snapshot, serverNow } = server;
  const stalls = listStalls(sink, server);
  const condition = getSinkCondition(
    sink,
    stalls.some(({ live }) => live.status === 'stalled'),
  );
  const pendingAction = getPendingSinkAction(snapshot, sink.id);
  const cause = findCause(sink, stalls);
  const diagnosis = createDiagnosis(sink, server, cause, stalls);
  const title = formatSinkName(sink);
  const stateName = formatSinkCondition(sink);
  return {
    kind: 'sink',
    title,
    tabTitle: title,
    subtitle: addConnectionMark(formatDestination(sink), connection),
    state: { id: condition ?? 'unknown', name: stateName, icon: getHealthIcon(condition) },
    pendingText: pendingAction === undefined ? null : sinkActionTexts[pendingAction].pending(),
    announcement: formatAnnouncement(stateName, diagnosis, cause, stalls),
    figures: toDeliveryRateFacts(
      getDeliveries(snapshot, { sinkId: sink.id }),
      serverNow - snapshot.clockSkewMs,
    ),
    diagnosis,
    checks: createChecks(sink, getQuotedError(cause)),
    backfills: createSinkBackfills(sink.id, server, showsAllRows),
    tables: createSinkTables(sink, server),
    destination: toDestinationFacts(sink),
    settings: toSettingFacts(sink),
    buttons: [
      ...createActionButtons(sink, server, diagnosis?.button ?? null),
      ...(diagnosis?.button?.id === 'openInConsole' ? [] : [createConsoleButton()]),
      createQuietButton('copySinkName', l10n.t('Copy Name'), 'copy'),
      createQuietButton('copyLink', l10n.t('Copy Link'), 'link'),
    ],
    labels: {
      checks: l10n.t('Sink health'),
      backfills: l10n.t('Backfills'),
      tables: l10n.t('Tables'),
      openBackfill: l10n.t('Open backfill'),
      destination: l10n.t('Destination'),
      settings: l10n.t('Settings'),
    },
  };
}

type Diagnosis = NonNullable<SinkPage['diagnosis']>;

/**
 * Finds the most important problem of a sink: that the sink is paused or disabled; otherwise, the cause of the first
 * stall in `stalls`; otherwise, a failing check. Returns undefined if there is no problem.
 */
function findCause(sink: Sink, stalls: readonly StalledBackfill[]): StallCause | undefined {
  switch (sink.status) {
    case 'paused':
      return { kind: 'sinkPaused' };
    case 'disabled':
      return { kind: 'sinkDisabled' };
    default:
      return stalls[0]?.stall.cause ?? diagnoseChecks(sink);
  }
}

function createDiagnosis(
  sink: Sink,
  server: ServerView,
  cause: StallCause | undefined,
  stalls: readonly StalledBackfill[],
): Diagnosis | null {
  if (cause === undefined) {
    return null;
  }
  const { title, text } = describeInactiveSink(sink) ?? {
    title: formatTitle(stalls, server.snapshot),
    text: describeStall({ cause }),
  };
  // If the table was dropped, the button that cancels the backfill is on the backfill's own page.
  const button =
    cause.kind === 'tableDropped' ? null : createNextStepButton(cause, { sinkId: sink.id }, server);
  return { severity: cause.kind === 'resuming' ? 'info' : 'warning', title, text, button };
}

/**
 * Formats the text that screen readers announce when it changes: the status and the problem. If deliveries are failing,
 * the title of the diagnosis contains a duration, so it would be announced each minute. In that case, the announcement
 * contains the cause instead.
 */
function formatAnnouncement(
  stateName: string,
  diagnosis: Diagnosis | null,
  cause: StallCause | undefined,
  stalls: readonly StalledBackfill[],
): string {
  const hasDuration = cause?.kind === 'deliveryFailing' && stalls.length > 0;
  const problem = hasDuration ? formatStallCause(cause) : diagnosis?.title;
  return [stateName, problem].filter(Boolean).join(', ');
}

/** A backfill that is stalled, or that waits because its sink is resuming. */
interface StalledBackfill {
  readonly backfill: Backfill;
  readonly live: LiveStatus;
  readonly stall: Stall;
}

/**
 * Lists the stalled backfills of a sink, with the longest stall first. If there are none, lists the backfills that wait
 * because their sink is resuming.
 */
function listStalls({ id }: Sink, { snapshot, serverNow }: ServerView): StalledBackfill[] {
  const waiting = getBackfillsOfSink(snapshot, id)
    .filter(isUnfinished)
    .flatMap((backfill) => {
      const live = getLiveStatus(snapshot, backfill, serverNow);
      return live.stall === undefined ? [] : [{ backfill, live, stall: live.stall }];
    })
    .sort((a, b) => a.stall.idleSince - b.stall.idleSince);
  const stalled = waiting.filter(({ live }) => live.status === 'stalled');
  return stalled.length > 0 ? stalled : waiting.filter(({ stall }) => stall.cause.kind === 'resuming');
}

function formatTitle(stalls: readonly StalledBackfill[], { clockSkewMs }: Snapshot): string {
  const [first] = stalls;
  if (first === undefined) {
    return l10n.t('A health check is failing');
  }
  const { backfill, live, stall } = first;
  // These causes affect the whole sink, so the title describes the cause. Otherwise, it lists the stalled tables.
  const describesCause = stall.cause.kind === 'resuming' || stall.cause.kind === 'deliveryFailing';
  return describesCause
    ? formatDiagnosisTitle(backfill, live, live.knownUntil, clockSkewMs)
    : formatStalledTables(stalls.map((each) => each.backfill));
}

/** Creates the buttons that start a backfill or change the sink's status, except for the one that the diagnosis has. */
function createActionButtons(
  sink: Sink,
  server: ServerView,
  diagnosisButton: PageButton | null,
): PageButton[] {
  const start = { id: 'startBackfill', label: l10n.t('Start Backfill…'), icon: 'add' } as const;
  return [
    createRequestButton(server, start, undefined, diagnosisButton === null ? 'primary' : 'secondary'),
    ...getAllowedSinkActions(sink)
      .filter((action) => action !== diagnosisButton?.id)
      .map((id) => {
        const { label, icon } = sinkActionTexts[id];
        return createRequestButton(server, { id, label: label(), icon }, { sinkId: sink.id }, 'secondary');
      }),
  ];
}
