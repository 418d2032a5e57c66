import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import type { Failure } from '../../../src/model/failure.ts';
import type { StallCause } from '../../../src/model/progress/stall.ts';
import * as actionText from '../../../src/text/actionText.ts';
import * as backfillText from '../../../src/text/backfillText.ts';
import * as confirmationText from '../../../src/text/confirmationText.ts';
import { createSinkConfirmation } from '../../../src/text/confirmationText.ts';
import * as connectionText from '../../../src/text/connectionText.ts';
import * as databaseText from '../../../src/text/databaseText.ts';
import { describeMetrics, describeMetricsFailure } from '../../../src/text/deliveryText.ts';
import { toApiFacts } from '../../../src/text/facts.ts';
import { describeFailure } from '../../../src/text/failureText.ts';
import { describeHistoryEvent } from '../../../src/text/historyText.ts';
import * as listMessageText from '../../../src/text/listMessageText.ts';
import * as notificationText from '../../../src/text/notificationText.ts';
import * as outcomeText from '../../../src/text/outcomeText.ts';
import * as planText from '../../../src/text/planText.ts';
import { describeQueueEnd } from '../../../src/text/queueText.ts';
import { describeRejection } from '../../../src/text/rejectionText.ts';
import { describeSinkState, sinkActionTexts } from '../../../src/text/sinkActionText.ts';
import * as sinkDiagnosisText from '../../../src/text/sinkDiagnosisText.ts';
import * as sinkSettingsText from '../../../src/text/sinkSettingsText.ts';
import * as sinkText from '../../../src/text/sinkText.ts';
import * as stallText from '../../../src/text/stallText.ts';
import { quoteServerText, toDisplayText } from '../../../src/text/toDisplayText.ts';
import { backfill, connectionTo, now, sink } from '../samples.ts';
import { assertNoHostileText, hostileText as hostile } from './hostileText.ts';

const states = ['active', 'paused', 'completed', 'cancelled', 'failed', hostile];
const backfills = states.map((state) =>
  backfill({ id: hostile, state, table: hostile, sortColumn: hostile }),
);
const check = { name: hostile, status: hostile, error: hostile };
const hostileSink = sink({
  id: hostile,
  name: hostile,
  status: hostile,
  database: hostile,
  destination: { type: hostile, address: hostile, fields: { [hostile]: hostile, topic: hostile } },
  settings: {
    actions: [hostile],
    filter: hostile,
    transform: hostile,
    enrichment: hostile,
    routing: hostile,
    batchSize: 1,
    messageGrouping: true,
    maxRetryCount: 1,
    loadSheddingPolicy: hostile,
    timestampFormat: hostile,
  },
  source: {
    includeSchemas: [hostile],
    excludeSchemas: [hostile],
    includeTables: [hostile],
    excludeTables: [hostile],
  },
  tables: [hostile],
  health: { status: hostile, checks: [check, { ...check, error: null }] },
});
const failures: readonly Failure[] = [
  { kind: 'unauthorized' },
  { kind: 'notFound', resource: 'api' },
  { kind: 'invalid', status: 422, serverMessages: [hostile, `Table ${hostile} not found`] },
  { kind: 'invalid', status: 422, serverMessages: [`Table ${hostile} not found`] },
  { kind: 'rateLimited', retryAfterMs: 1_000 },
  { kind: 'server', status: 500, retryAfterMs: undefined },
  { kind: 'server', status: 502, retryAfterMs: undefined, serverMessages: [hostile] },
  { kind: 'network', reason: 'refused' },
  { kind: 'tls', reason: 'hostMismatch', names: [hostile, hostile] },
  { kind: 'timeout', afterMs: 1_000 },
  { kind: 'invalidResponse', reason: 'redirect', origin: hostile, status: 302 },
];
const stallCauses: readonly StallCause[] = [
  { kind: 'deliveryFailing', error: hostile },
  { kind: 'bufferFull', error: hostile },
  { kind: 'fetchFailing', error: hostile },
  { kind: 'checkFailing', name: hostile, error: hostile },
  { kind: 'databaseStalled', database: hostile, count: 2, error: hostile },
];
const stalls = stallCauses.map((cause) => ({ cause, idleSince: now }));
const actions = ['pause', 'resume', 'cancel', 'start', 'startPaused'] as const;
const sinkActions = ['resumeSink', 'enableSink', 'pauseSink', 'disableSink'] as const;
const connection = connectionTo('http://localhost', { name: hostile, address: hostile, production: true });
const hostileDatabase = { id: hostile, name: hostile, hostname: hostile, port: 5432, database: hostile };
const connectionTests = [undefined, { isPassed: false, reason: hostile, testedAt: now } as const];
const nonProductionConnection = { name: hostile, production: false };
const queueItem = {
  sinkId: hostile,
  backfillId: hostile,
  phase: 'completed',
  resumedAt: null,
  cancelingSince: null,
  rejections: 0,
  rows: null,
} as const;
const events = backfills.flatMap((item) => {
  const names = { backfill: item, sink: hostileSink, connectionName: hostile };
  const deliveryWarning = { error: hostile };
  return [
    { kind: 'cancelled', ...names } as const,
    { kind: 'deleted', ...names } as const,
    { kind: 'completed', ...names, deliveryWarning } as const,
    ...stalls.flatMap((stall) => [
      { kind: 'failed', ...names, stall } as const,
      { kind: 'stalled', ...names, stall, isRepeated: false } as const,
    ]),
  ];
});
/** The converted name of a backfill, as callers pass it to functions that insert it into sentences. */
const name = backfillText.formatBackfillName(backfill({ table: hostile }), hostileSink);
const describedFailure = describeFailure(failures[2] ?? assert.fail(), hostile).sentence;
const problems = [{ name, reason: describedFailure }];

/**
 * Passes hostile text to each function of `src/text` that accepts untrusted text. The keys are the functions' names.
 */
const calls: Readonly<Record<string, () => unknown>> = {
  actionTexts: () =>
    actions.map((action) => {
      const { confirmed, failed, unconfirmed } = actionText.actionTexts[action];
      return [confirmed(name), failed(name), unconfirmed(name)];
    }),
  describeCurrentState: () => backfills.map((item) => actionText.describeCurrentState(item, now)),
  toApiFacts: () => backfills.map((item) => toApiFacts(item, hostile, now)),
  formatBackfillName: () => [name, backfillText.formatBackfillName({ table: hostile }, undefined)],
  formatStallCause: () => stallCauses.map(stallText.formatStallCause),
  formatStatus: () => backfills.map((item) => backfillText.formatStatus('unknown', item)),
  formatState: () => states.map(backfillText.formatState),
  formatTableName: () => [
    ...backfills.map(backfillText.formatTableName),
    backfillText.formatTableName({ table: null, droppedTable: hostile }),
  ],
  formatTabTitle: () => backfills.map((item) => backfillText.formatTabTitle(item, now)),
  formatProgress: () => backfills.map(backfillText.formatProgress),
  formatRowsProcessed: () => backfills.map(backfillText.formatRowsProcessed),
  describeBackfill: () =>
    backfills.flatMap((item) => [
      backfillText.describeBackfill(item, now),
      backfillText.describeBackfill(item, now, { withState: true }),
    ]),
  describeBulkResult: () =>
    actions.map((action) =>
      outcomeText.describeBulkResult(action, {
        confirmedCount: 1,
        failed: problems,
        unconfirmed: problems,
        notTried: [name, name, name, name],
      }),
    ),
  describeInvalidContext: () => connectionText.describeInvalidContext({ file: hostile, problem: 'shape' }),
  createActionConfirmation: () =>
    actions.flatMap((action) =>
      [[name], [name, hostile]].map((names) =>
        confirmationText.createActionConfirmation(action, {
          names,
          connections: [connection, nonProductionConnection],
        }),
      ),
    ),
  createUnencryptedConfirmation: () => confirmationText.createUnencryptedConfirmation(hostile),
  createRemoveConfirmation: () => confirmationText.createRemoveConfirmation(hostile),
  createStartConfirmation: () =>
    [[hostile], [hostile, hostile]].map((tables) =>
      confirmationText.createStartConfirmation({
        sink: hostileSink,
        connection,
        tables,
        skippedTables: [hostile, hostile],
      }),
    ),
  formatNameLines: () => confirmationText.formatNameLines([hostile, hostile]),
  formatProduction: () =>
    confirmationText.formatProduction([connection, { name: hostile, production: true }]),
  createApplyConfirmation: () =>
    ['sinks', 'databases', 'users', 'functions', 'http_endpoints', 'change_retentions', hostile].map(
      (section) =>
        planText.createApplyConfirmation({
          fileName: hostile,
          connection,
          plan: {
            created: [{ section, name: hostile, old: undefined, new: {} }],
            changed: [{ section, name: hostile, old: {}, new: {} }],
            deleted: [{ section, name: hostile, old: {}, new: undefined }],
            unchanged: [],
            actions: [hostile],
          },
          interruption: { count: 2, databases: [hostile, hostile] },
        }),
    ),
  describeConnectionStatus: () => [
    ...failures.map((failure) =>
      connectionText.describeConnectionStatus({ kind: 'failing', failure }, hostile),
    ),
    connectionText.describeConnectionStatus({ kind: 'invalidAddress', problem: 'scheme' }, hostile),
  ],
  describeProduction: () => connectionText.describeProduction(hostile),
  describeFailure: () => failures.map((failure) => describeFailure(failure, hostile)),
  describeMetricsFailure: () =>
    failures.map((failure) => describeMetricsFailure(failure, `http://host/${hostile}`)),
  describeMetrics: () => describeMetrics(`http://host/${hostile}`, undefined),
  createUnencryptedMetricsConfirmation: () => confirmationText.createUnencryptedMetricsConfirmation(hostile),
  describeQueueEnd: () => describeQueueEnd({ limit: 1, items: [queueItem] }, hostile),
  describeListMessage: () =>
    failures.map((failure) =>
      listMessageText.describeListMessage({ kind: 'failed', failure }, 'sinks', hostile),
    ),
  describeStaleness: () => [
    ...failures.map((failure) => listMessageText.describeStaleness({ loadedAt: now, failure }, hostile, now)),
    listMessageText.describeStaleness({ loadedAt: now, failure: undefined, fromCache: true }, hostile, now),
  ],
  describeBackfillEvent: () => events.map(notificationText.describeBackfillEvent),
  summarizeBackfillEvents: () => [
    notificationText.summarizeBackfillEvents(events),
    // Only a summary of a few events contains the names of the backfills.
    ...events.map((event) => notificationText.summarizeBackfillEvents([event, event])),
  ],
  describeRejection: () =>
    [
      `Table ${hostile} not found`,
      `Table ${hostile} not in sink's source configuration`,
      `Unknown field: ${hostile}`,
    ].map(describeRejection),
  describeDatabase: () =>
    connectionTests.map((test) => databaseText.describeDatabase(hostileDatabase, 2, test, now)),
  toDatabaseFacts: () =>
    connectionTests.map((test) => databaseText.toDatabaseFacts(hostileDatabase, [hostileSink], test, now)),
  describePassedTest: () => databaseText.describePassedTest(hostileDatabase),
  describeFailedTest: () =>
    [hostile, null].map((reason) => databaseText.describeFailedTest(hostileDatabase, reason)),
  describeRefreshedTables: () => databaseText.describeRefreshedTables(hostileDatabase),
  describeFailedRefresh: () => databaseText.describeFailedRefresh(hostileDatabase),
  describeSinkState: () => describeSinkState(hostileSink),
  createSinkConfirmation: () =>
    sinkActions.map((action) =>
      createSinkConfirmation(
        action,
        { names: [hostile, hostile], connections: [connection, nonProductionConnection] },
        { count: 2, databases: [hostile, hostile] },
      ),
    ),
  sinkActionTexts: () =>
    sinkActions.map((action) => {
      const { confirmed, failed, unconfirmed, question } = sinkActionTexts[action];
      return [confirmed, failed, unconfirmed, question].map((text) =>
        text(sinkText.formatSinkName(hostileSink)),
      );
    }),
  formatDestination: () => sinkText.formatDestination(hostileSink),
  formatDestinationType: () => sinkText.formatDestinationType(hostile),
  formatSinkName: () => sinkText.formatSinkName(hostileSink),
  describeSink: () => sinkText.describeSink(hostileSink, backfills, { stalled: [] }),
  formatSinkStatus: () => sinkText.formatSinkStatus(hostile),
  formatSinkCondition: () => sinkText.formatSinkCondition(hostileSink),
  toDestinationFacts: () => sinkSettingsText.toDestinationFacts(hostileSink),
  toSettingFacts: () => sinkSettingsText.toSettingFacts(hostileSink),
  formatStalledTables: () => sinkDiagnosisText.formatStalledTables(backfills),
  describeSource: () => {
    const exclusions = { excludeSchemas: [hostile], excludeTables: [hostile] };
    const noExclusions = { excludeSchemas: null, excludeTables: null };
    return [
      { ...exclusions, includeSchemas: [hostile], includeTables: null },
      { ...noExclusions, includeSchemas: null, includeTables: [hostile] },
    ].map((source) => {
      const text = sinkText.describeSource(source);
      assert.ok(text.includes(toDisplayText(hostile)));
      return text;
    });
  },
  groupChecks: () => sinkText.groupChecks(hostileSink.health).map(({ text }) => text),
  describeStall: () => stalls.map(stallText.describeStall),
  describeCause: () => stalls.map(stallText.describeCause),
  describeDiagnosis: () => [
    ...stalls.map((stall) => stallText.describeDiagnosis({ stall })),
    stallText.describeDiagnosis({ deliveryWarning: { error: hostile } }),
  ],
  formatDiagnosisTitle: () =>
    backfills.flatMap((item) =>
      stalls.map((stall) => stallText.formatDiagnosisTitle(item, { status: 'stalled', stall }, now, 0)),
    ),
  describeHistoryEvent: () =>
    states.map((state) => describeHistoryEvent({ kind: 'finished', state, at: now })),
  toDisplayText: () => toDisplayText(hostile),
  quoteServerText: () => quoteServerText(hostile),
  formatServerVersion: () => connectionText.formatServerVersion(hostile),
  describeWriteFailure: () =>
    failures.map((failure) =>
      outcomeText.describeWriteFailure(
        { failure, current: backfill({ state: hostile, table: hostile }) },
        hostile,
        now,
      ),
    ),
};

/**
 * The functions that `calls` leaves out: they accept no untrusted text or only converted text, or their result isn't a
 * label or a sentence.
 */
const exceptions = [
  ...['describeComparison', 'toDisplayJson'],
  ...['formatBackfillCounts', 'formatConfirmLabel', 'createBadge', 'describeInactiveSink', 'summarizePlan'],
  ...['createUnsavedTokenConfirmation', 'formatConnectionStatus', 'describeConnection', 'getConnectionMark'],
  'describeSampleData',
  ...[
    'endWithPeriod',
    'formatShortTimeLeft',
    'formatTimeLeftValue',
    'formatRowsPerSecond',
    'getRecovery',
    'getRecoveryLabel',
  ],
  ...['describeAddressProblem', 'toFigures', 'setLocale', 'formatCount', 'formatRows', 'formatPercent'],
  ...[
    'formatCompactRows',
    'formatCompactCount',
    'formatStartTime',
    'formatRoughDuration',
    'formatDurationInOneUnit',
    'formatShortCounts',
    'formatSinkCount',
  ],
  ...['formatFactor', 'formatDateTimeWithAge', 'formatTime', 'formatShortTime', 'formatDuration'],
  ...['formatList', 'formatLimitedList', 'joinParts'],
  ...['formatRelativeTime', 'formatDataTime', 'describeRestart', 'formatEventTime'],
  ...['describeOngoingStall', 'isNamedProduction', 'formatAccessibleLabel'],
  ...['describeChartSpan', 'describeMissingFeatures', 'toFileName', 'escapeMarkdown', 'formatBackfillsCsv'],
  ...['toDeliveryFacts', 'toDeliveryRateFacts', 'describeDeliveryLine', 'describeDeliveryOutcome'],
  ...[
    'getStatusIcon',
    'getWriteText',
    'formatTargetName',
    'formatTargetCount',
    'formatBackfillCount',
    'getHealthIcon',
    'getRemedyText',
    'toFacts',
    'findStallRemedy',
    'isUnknownTable',
    'formatOrdinal',
    'describeMissingQueue',
    'describePauseRequirement',
    'describeQueuePosition',
  ],
  ...['describeQueueProgress', 'describeStoppedQueue', 'getQueueLabel', 'toQueueFacts'],
];

describe('untrusted text', () => {
  for (const [functionName, call] of Object.entries(calls)) {
    it(`is converted by ${functionName}`, () => {
      const result = call();
      assert.ok(result !== '' && result !== undefined);
      assertNoHostileText(result, functionName);
    });
  }

  it('is passed to every function of src/text that isn’t listed as an exception', async () => {
    const folder = new URL('../../../src/text/', import.meta.url);
    const modules = await Promise.all(
      readdirSync(folder).map((file) => import(new URL(file, folder).href) as Promise<object>),
    );
    const functions = modules.flatMap((module) =>
      Object.entries(module).flatMap(([exportName, value]) =>
        typeof value === 'function' ? [exportName] : [],
      ),
    );
    const tested = [...Object.keys(calls), ...exceptions];
    assert.deepEqual(
      functions.filter((exportName) => !tested.includes(exportName)),
      [],
      'add them to `calls` or `exceptions`',
    );
    assert.deepEqual(
      exceptions.filter((exportName) => !functions.includes(exportName)),
      [],
      'remove them from `exceptions`',
    );
  });
});
