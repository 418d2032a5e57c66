import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import type { Failure } from '../../../src/model/failure.ts';
import type { StallCause } from '../../../src/model/progress/stall.ts';
import * as actionText from '../../../src/text/actionText.ts';
import * as backfillName from '../../../src/text/backfillName.ts';
import * as backfillText from '../../../src/text/backfillText.ts';
import * as confirmationText from '../../../src/text/confirmationText.ts';
import * as connectionText from '../../../src/text/connectionText.ts';
import * as databaseText from '../../../src/text/databaseText.ts';
import { describeMetrics, describeMetricsFailure } from '../../../src/text/deliveryText.ts';
import { toApiFacts } from '../../../src/text/facts.ts';
import { describeFailure } from '../../../src/text/failureText.ts';
import { describeHistoryEvent } from '../../../src/text/historyText.ts';
import * as listMessageText from '../../../src/text/listMessageText.ts';
import { formatStallCause } from '../../../src/text/liveStatusText.ts';
import * as notificationText from '../../../src/text/notificationText.ts';
import * as outcomeText from '../../../src/text/outcomeText.ts';
import * as planText from '../../../src/text/planText.ts';
import { describeQueueEnd } from '../../../src/text/queueText.ts';
import { describeRejection } from '../../../src/text/rejectionText.ts';
import { describeSinkState, sinkActionTexts } from '../../../src/text/sinkActionText.ts';
import { createSinkConfirmation } from '../../../src/text/sinkConfirmationText.ts';
import * as sinkDiagnosisText from '../../../src/text/sinkDiagnosisText.ts';
import * as sinkSettingsText from '../../../src/text/sinkSettingsText.ts';
import * as sinkText from '../../../src/text/sinkText.ts';
import * as stallText from '../../../src/text/stallText.ts';
import { toDisplayJson, toDisplayText } from '../../../src/text/toDisplayText.ts';
import { backfill, connectionTo, now, sink } from '../samples.ts';
import { assertNoHostileText, hostileText as h } from './hostileText.ts';

const states = ['active', 'paused', 'completed', 'cancelled', 'failed', h];
const backfills = states.map((state) => backfill({ id: h, state, table: h, sortColumn: h }));
const check = { name: h, status: h, error: h };
const unusualSink = sink({
  id: h,
  name: h,
  status: h,
  database: h,
  destination: { type: h, address: h, fields: { [h]: h, topic: h } },
  settings: {
    actions: [h],
    filter: h,
    transform: h,
    enrichment: h,
    routing: h,
    batchSize: 1,
    messageGrouping: true,
    maxRetryCount: 1,
    loadSheddingPolicy: h,
    timestampFormat: h,
  },
  source: { includeSchemas: [h], excludeSchemas: [h], includeTables: [h], excludeTables: [h] },
  tables: [h],
  health: { status: h, checks: [check, { ...check, error: null }] },
});
const failures: readonly Failure[] = [
  { kind: 'unauthorized' },
  { kind: 'notFound', resource: 'page' },
  { kind: 'invalid', status: 422, reasons: [h, `Table ${h} not found`] },
  { kind: 'invalid', status: 422, reasons: [`Table ${h} not found`] },
  { kind: 'rateLimited', retryAfterMs: 1_000 },
  { kind: 'server', status: 500, retryAfterMs: undefined },
  { kind: 'server', status: 502, retryAfterMs: undefined, reasons: [h] },
  { kind: 'network', reason: 'refused' },
  { kind: 'tls', reason: 'hostMismatch', names: [h, h] },
  { kind: 'timeout', afterMs: 1_000 },
  { kind: 'invalidResponse', reason: 'redirect', origin: h, status: 302 },
];
const stallCauses: readonly StallCause[] = [
  { kind: 'deliveryFailing', error: h },
  { kind: 'bufferFull', error: h },
  { kind: 'fetchFailing', error: h },
  { kind: 'checkFailing', name: h, error: h },
  { kind: 'databaseStalled', database: h, count: 2, error: h },
];
const stalls = stallCauses.map((cause) => ({ cause, idleSince: now }));
const actions = ['pause', 'resume', 'cancel', 'start', 'startPaused'] as const;
const sinkActions = ['resumeSink', 'enableSink', 'pauseSink', 'disableSink'] as const;
const connection = connectionTo('http://localhost', { name: h, address: h, production: true });
const unusualDatabase = { id: h, name: h, hostname: h, port: 5432, database: h };
const tests = [undefined, { isPassed: false, reason: h, testedAt: now } as const];
const laptop = { name: h, production: false };
/** Names in sentences are composed by {@link backfillName.formatBackfillName}. */
const name = backfillName.formatBackfillName(backfill({ table: h }), unusualSink);
const describedFailure = describeFailure(failures[2] ?? assert.fail(), h).sentence;
const problems = [{ name, reason: describedFailure }];

/** Passes hostile text to each function of `src/text` that accepts any. */
const results: Readonly<Record<string, () => unknown>> = {
  actionTexts: () =>
    actions.map((action) => {
      const { confirmed, failed, unconfirmed } = actionText.actionTexts[action];
      return [confirmed(name), failed(name), unconfirmed(name)];
    }),
  describeCurrentState: () => backfills.map((item) => actionText.describeCurrentState(item, now)),
  toApiFacts: () => backfills.map((item) => toApiFacts(item, h, now)),
  formatBackfillName: () => [name, backfillName.formatBackfillName({ table: h }, undefined)],
  formatStallCause: () => stallCauses.map(formatStallCause),
  formatStatus: () => backfills.map((item) => backfillText.formatStatus('running', item)),
  formatState: () => states.map(backfillText.formatState),
  formatTableName: () => backfills.map(backfillText.formatTableName),
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
        done: 1,
        failed: problems,
        unconfirmed: problems,
        notTried: [name, name, name, name],
      }),
    ),
  describeInvalidContext: () => connectionText.describeInvalidContext({ file: h, problem: 'shape' }),
  createActionConfirmation: () =>
    actions.flatMap((action) =>
      [[name], [name, h]].map((names) =>
        confirmationText.createActionConfirmation(action, { names, connections: [connection, laptop] }),
      ),
    ),
  createUnencryptedConfirmation: () => confirmationText.createUnencryptedConfirmation(h),
  createRemoveConfirmation: () => confirmationText.createRemoveConfirmation(h),
  createStartConfirmation: () =>
    [[h], [h, h]].map((tables) =>
      confirmationText.createStartConfirmation({
        sink: unusualSink,
        connection,
        tables,
        skippedTables: [h, h],
      }),
    ),
  formatNameLines: () => confirmationText.formatNameLines([h, h]),
  formatProduction: () => confirmationText.formatProduction([connection, { name: h, production: true }]),
  createApplyConfirmation: () =>
    ['sinks', 'databases', 'users', 'functions', 'http_endpoints', 'change_retentions', h].map((section) =>
      planText.createApplyConfirmation({
        fileName: h,
        connection,
        plan: {
          created: [{ section, name: h }],
          changed: [{ section, name: h }],
          deleted: [{ section, name: h }],
          actions: [h],
        },
        databases: [h, h],
        interrupted: 2,
      }),
    ),
  describeConnectionStatus: () =>
    failures.map((failure) => connectionText.describeConnectionStatus({ kind: 'failing', failure }, h)),
  describeProduction: () => connectionText.describeProduction(h),
  describeFailure: () => failures.map((failure) => describeFailure(failure, h)),
  describeMetricsFailure: () =>
    failures.map((failure) => describeMetricsFailure(failure, `http://host/${h}`)),
  describeMetrics: () => describeMetrics(`http://host/${h}`, undefined),
  createUnencryptedMetricsConfirmation: () => confirmationText.createUnencryptedMetricsConfirmation(h),
  describeQueueEnd: () => describeQueueEnd({ limit: 1, items: [] }, h),
  describeListMessage: () =>
    failures.map((failure) => listMessageText.describeListMessage({ kind: 'failed', failure }, 'sinks', h)),
  describeStaleness: () => [
    ...failures.map((failure) =>
      listMessageText.describeStaleness({ load: { loadedAt: now, failure }, server: h, now }),
    ),
    listMessageText.describeStaleness({
      load: { loadedAt: now, failure: undefined, fromCache: true },
      server: h,
      now,
    }),
  ],
  describeBackfillEvent: () =>
    backfills.flatMap((item) => [
      notificationText.describeBackfillEvent({
        kind: 'cancelled',
        backfill: item,
        sink: unusualSink,
        server: h,
      }),
      notificationText.describeBackfillEvent({
        kind: 'completed',
        backfill: item,
        sink: unusualSink,
        deliveryWarning: undefined,
        server: h,
      }),
      ...stalls.map((stall) =>
        notificationText.describeBackfillEvent({
          kind: 'stalled',
          backfill: item,
          sink: unusualSink,
          stall,
          isRepeated: false,
          server: h,
        }),
      ),
    ]),
  summarizeBackfillEvents: () =>
    notificationText.summarizeBackfillEvents(
      backfills.map((item) => ({ kind: 'cancelled', backfill: item, sink: unusualSink, server: h })),
    ),
  describeRejection: () =>
    [`Table ${h} not found`, `Table ${h} not in sink's source configuration`, `Unknown field: ${h}`].map(
      describeRejection,
    ),
  describeDatabase: () => tests.map((test) => databaseText.describeDatabase(unusualDatabase, 2, test, now)),
  toDatabaseFacts: () =>
    tests.map((test) => databaseText.toDatabaseFacts(unusualDatabase, [unusualSink], test, now)),
  describePassedTest: () => databaseText.describePassedTest(unusualDatabase),
  describeFailedTest: () =>
    [h, null].map((reason) => databaseText.describeFailedTest(unusualDatabase, reason)),
  describeRefreshedTables: () => databaseText.describeRefreshedTables(unusualDatabase),
  describeFailedRefresh: () => databaseText.describeFailedRefresh(unusualDatabase),
  describeSinkState: () => describeSinkState(unusualSink),
  createSinkConfirmation: () =>
    sinkActions.map((action) =>
      createSinkConfirmation(
        action,
        { names: [h, h], connections: [connection, laptop] },
        { count: 2, databases: [h, h] },
      ),
    ),
  sinkActionTexts: () =>
    sinkActions.map((action) => {
      const { confirmed, failed, unconfirmed, question } = sinkActionTexts[action];
      return [confirmed, failed, unconfirmed, question].map((text) =>
        text(sinkText.formatSinkName(unusualSink)),
      );
    }),
  formatDestination: () => sinkText.formatDestination(unusualSink),
  formatDestinationType: () => sinkText.formatDestinationType(h),
  formatSinkName: () => sinkText.formatSinkName(unusualSink),
  describeSink: () => sinkText.describeSink(unusualSink, backfills),
  formatSinkStatus: () => sinkText.formatSinkStatus(h),
  formatSinkCondition: () => sinkText.formatSinkCondition(unusualSink),
  toDestinationFacts: () => sinkSettingsText.toDestinationFacts(unusualSink),
  toSettingFacts: () => sinkSettingsText.toSettingFacts(unusualSink),
  formatStalledTables: () => sinkDiagnosisText.formatStalledTables(backfills),
  describeSource: () => sinkText.describeSource(unusualSink.source),
  groupChecks: () => sinkText.groupChecks(unusualSink.health).map(({ text }) => text),
  describeStall: () => stalls.map(stallText.describeStall),
  describeCause: () => stalls.map(stallText.describeCause),
  describeDiagnosis: () =>
    stalls.map((stall) => stallText.describeDiagnosis({ stall, deliveryWarning: undefined })),
  formatDiagnosisTitle: () =>
    backfills.flatMap((item) =>
      stalls.map((stall) => stallText.formatDiagnosisTitle(item, { status: 'stalled', stall }, now, 0)),
    ),
  describeHistoryEvent: () => states.map((state) => describeHistoryEvent({ kind: 'ended', state, at: now })),
  toDisplayText: () => toDisplayText(h),
  toDisplayJson: () => toDisplayText(toDisplayJson(JSON.stringify([h]))),
  formatServerVersion: () => connectionText.formatServerVersion(h),
  describeWriteFailure: () =>
    failures.map((failure) =>
      outcomeText.describeWriteFailure({ failure, current: backfill({ state: h, table: h }) }, h, now),
    ),
};

/** The functions of `src/text` that accept no text from outside, or whose result isn't shown as it is. */
const withoutUntrustedText = [
  ...['describePendingChange', 'describePendingStarts', 'formatBulkProgressTitle', 'describeComparison'],
  ...['formatBackfillCounts', 'createBadge', 'describeInactiveSink', 'summarizePlan'],
  ...['createUnsavedTokenConfirmation', 'formatConnectionStatus', 'describeConnection', 'getConnectionMark'],
  'describeSampleData',
  ...[
    'endWithPeriod',
    'formatShortTimeLeft',
    'formatTimeLeftValue',
    'formatRowsPerSecond',
    'formatCompactRowsPerSecond',
    'getRecoveryLabel',
  ],
  ...['describeAddressProblem', 'toFigures', 'setLocale', 'formatCount', 'formatRows', 'formatPercent'],
  ...[
    'formatCompactRows',
    'formatCompactCount',
    'formatStartTime',
    'formatRoughDuration',
    'formatElapsed',
    'formatUnfinishedCounts',
  ],
  ...['formatFactor', 'formatDateTime', 'formatTimeOfDay', 'formatShortTime', 'formatList', 'formatDuration'],
  ...['formatRelativeTime', 'describeRestart', 'formatEventTime'],
  ...['describeOngoingStall', 'isNamedProduction', 'formatAccessibleLabel'],
  ...['describeChartSpan', 'describeMissingFeatures', 'toFileName', 'escapeMarkdown', 'formatBackfillsCsv'],
  ...['toDeliveryFacts', 'toDeliveryRateFacts', 'describeDeliveryLine', 'describeDeliveryOutcome'],
  ...[
    'getStatusIcon',
    'getWriteText',
    'getHealthIcon',
    'getRemedyText',
    'isUnknownTable',
    'formatOrdinal',
    'describeMissingQueue',
    'describeQueuePosition',
  ],
  ...['describeQueueProgress', 'describeStoppedQueue', 'getQueueLabel', 'toQueueFacts'],
];

describe('untrusted text', () => {
  for (const [functionName, createResult] of Object.entries(results)) {
    it(`is converted by ${functionName}`, () => {
      const result = createResult();
      assert.ok(result !== '' && result !== undefined);
      assertNoHostileText(result, functionName);
    });
  }

  it('is tested for every function of src/text', async () => {
    const folder = new URL('../../../src/text/', import.meta.url);
    const modules = await Promise.all(
      readdirSync(folder).map((file) => import(new URL(file, folder).href) as Promise<object>),
    );
    const functions = modules.flatMap((module) =>
      Object.entries(module).flatMap(([exportName, value]) =>
        typeof value === 'function' ? [exportName] : [],
      ),
    );
    const tested = new Set([...Object.keys(results), ...withoutUntrustedText]);
    assert.deepEqual(
      functions.filter((exportName) => !tested.has(exportName)),
      [],
      'add them to `results` or `withoutUntrustedText`',
    );
  });
});
