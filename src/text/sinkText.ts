import * as l10n from '@vscode/l10n';
import { type Backfill, getFractionDone } from '../model/Backfill.ts';
import { type BackfillQueue, countQueued } from '../model/queue/BackfillQueue.ts';
import { getActiveHealth, type HealthCheck, type Sink, type SinkHealth, type Source } from '../model/Sink.ts';
import { includesTable } from '../model/tables.ts';
import { lazy } from '../shared/lazy.ts';
import { formatShortCounts } from './backfillCountsText.ts';
import { formatCount, formatList, formatPercent, joinParts } from './format.ts';
import { toDisplayText } from './toDisplayText.ts';

/** Product names, as their vendors and Sequin's console spell them. Not translated. */
const destinationNames: ReadonlyMap<string, string> = new Map([
  ['webhook', 'Webhook'],
  ['sequin_stream', 'Sequin Stream'],
  ['kafka', 'Kafka'],
  ['rabbitmq', 'RabbitMQ'],
  ['redis_stream', 'Redis Stream'],
  ['redis_string', 'Redis String'],
  ['sqs', 'SQS'],
  ['sns', 'SNS'],
  ['kinesis', 'Kinesis'],
  ['s2', 'S2'],
  ['gcp_pubsub', 'GCP Pub/Sub'],
  ['nats', 'NATS'],
  ['azure_event_hub', 'Azure Event Hubs'],
  ['typesense', 'Typesense'],
  ['meilisearch', 'Meilisearch'],
  ['elasticsearch', 'Elasticsearch'],
  ['benchmark', 'Benchmark'],
]);

/** The display name of a destination type; for an unknown type, the name that the server reports. */
export function formatDestinationType(type: string): string {
  return destinationNames.get(type) ?? toDisplayText(type);
}

/** The type of a sink's destination, and its address if it has one: `Kafka · orders @ kafka:9092`. */
export function formatDestination({ destination: { type, address } }: Sink): string {
  return joinParts(formatDestinationType(type), toDisplayText(address ?? ''));
}

/** A sink's name, trimmed because Sequin allows line breaks in names; `(no name)` if the trimmed name is empty. */
export function formatSinkName(sink: Sink): string {
  return toDisplayText(sink.name.trim()) || l10n.t('(no name)');
}

/** `1 sink`, `1,200 sinks`. */
export function formatSinkCount(count: number): string {
  return count === 1 ? l10n.t('1 sink') : l10n.t('{0} sinks', formatCount(count));
}

/** The options of {@link describeSink}. */
interface SinkDescriptionOptions {
  /** The unfinished backfills that are stalled. */
  readonly stalled: readonly Backfill[];
  /** The number of backfills that are being created. */
  readonly startingCount?: number;
  /** The note about a pending change of the sink, such as `resuming…`. */
  readonly pendingAction?: string;
  readonly showsProgress?: boolean;
  /** The queue of the connection, if there is one. */
  readonly queue?: BackfillQueue | undefined;
}

/**
 * Describes a sink: pending changes, then what needs action, then the other unfinished backfills, then the destination.
 * The most important parts come first, because a narrow sidebar cuts off the end.
 */
export function describeSink(
  sink: Sink,
  unfinished: readonly Backfill[],
  { stalled, startingCount = 0, pendingAction = '', showsProgress = true, queue }: SinkDescriptionOptions,
): string {
  const running = unfinished.filter((backfill) => backfill.state === 'active' && !stalled.includes(backfill));
  const fraction = showsProgress ? getFractionDone(...running) : undefined;
  const queued = countQueued(queue, unfinished);
  const paused = unfinished.filter(({ state }) => state === 'paused').length - queued;
  return joinParts(
    startingCount === 0 ? '' : describePendingStarts(startingCount),
    pendingAction,
    formatShortCounts({ stalled: stalled.length }),
    sink.status === 'active' || pendingAction !== '' ? '' : formatSinkStatus(sink.status),
    formatShortCounts({ running: running.length }),
    fraction === undefined ? '' : formatPercent(fraction),
    formatShortCounts({ queued, paused }),
    formatDestinationType(sink.destination.type),
  );
}

/** The number of backfills that are being created, at the start of a sink row's description. */
function describePendingStarts(count: number): string {
  return count === 1 ? l10n.t('starting a backfill…') : l10n.t('starting {0} backfills…', formatCount(count));
}

const getStatusNames = lazy(
  () =>
    new Map([
      ['active', l10n.t('Active')],
      ['paused', l10n.t('Paused')],
      ['disabled', l10n.t('Disabled')],
      ['healthy', l10n.t('Healthy')],
      ['warning', l10n.t('Warning')],
      ['error', l10n.t('Error')],
      ['initializing', l10n.t('Initializing')],
      ['waiting', l10n.t('Waiting')],
      ['stale', l10n.t('Stale')],
      ['notice', l10n.t('Notice')],
    ]),
);

/**
 * The display name of the status of a sink, its health or one of its checks; for an unknown status, the name that the
 * server reports.
 */
export function formatSinkStatus(status: string): string {
  return getStatusNames().get(status) ?? toDisplayText(status);
}

/** The status of a sink and, while the sink is active, its health: `Active · Error`. */
export function formatSinkCondition(sink: Sink): string {
  const status = formatSinkStatus(sink.status);
  if (sink.status !== 'active') {
    return status;
  }
  const health = getActiveHealth(sink);
  return `${status} · ${health === undefined ? l10n.t('Health not available') : formatSinkStatus(health)}`;
}

function formatNames(names: readonly string[]): string {
  return formatList(names.map(toDisplayText));
}

/** The tables that a sink captures, in one line. See {@link includesTable}. */
export function describeSource(source: Source | null): string {
  const { includeTables, includeSchemas, excludeTables, excludeSchemas } = source ?? {};
  if (includeTables) {
    const tables = includeTables.filter((table) => includesTable(source, table));
    // The list can be empty: Sequin removes dropped tables from it.
    return tables.length === 0 ? l10n.t('no tables') : formatNames(tables);
  }
  if (includeSchemas?.length === 0) {
    return l10n.t('no tables');
  }
  return [
    includeSchemas ? describeIncludedSchemas(includeSchemas) : l10n.t('all tables'),
    excludeTables?.length && l10n.t('except {0}', formatNames(excludeTables)),
    excludeSchemas?.length && describeExcludedSchemas(excludeSchemas),
  ]
    .filter(Boolean)
    .join(', ');
}

function describeIncludedSchemas(schemas: readonly string[]): string {
  return schemas.length === 1
    ? l10n.t('all tables of the schema {0}', formatNames(schemas))
    : l10n.t('all tables of the schemas {0}', formatNames(schemas));
}

function describeExcludedSchemas(schemas: readonly string[]): string {
  return schemas.length === 1
    ? l10n.t('except the schema {0}', formatNames(schemas))
    : l10n.t('except the schemas {0}', formatNames(schemas));
}

/** One or more checks of a sink with the same status, and their description. */
export interface CheckGroup {
  readonly status: string;
  readonly text: string;
}

/** Groups the checks of a sink: one group for each unhealthy check, with its error, and one for all healthy checks. */
export function groupChecks(health: SinkHealth | null): CheckGroup[] {
  const checks = health?.checks ?? [];
  const isHealthy = ({ status, error }: HealthCheck): boolean => status === 'healthy' && error === null;
  const healthyNames = checks.filter(isHealthy).map(({ name }) => name);
  return [
    ...checks
      .filter((check) => !isHealthy(check))
      .map((check) => ({ status: check.status, text: describeCheck(check) })),
    ...(healthyNames.length > 0 ? [{ status: 'healthy', text: formatNames(healthyNames) }] : []),
  ];
}

/** `Message delivery: Error: status 500`. */
function describeCheck({ name, status, error }: HealthCheck): string {
  const statusName = formatSinkStatus(status);
  return error === null
    ? l10n.t('{0}: {1}', toDisplayText(name), statusName)
    : l10n.t('{0}: {1}: {2}', toDisplayText(name), statusName, toDisplayText(error));
}
