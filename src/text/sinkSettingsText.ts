import * as l10n from '@vscode/l10n';
import type { Sink } from '../model/Sink.ts';
import { lazy } from '../shared/lazy.ts';
import { type Fact, toFacts } from './facts.ts';
import { formatCount, formatDuration, formatList } from './format.ts';
import { describeSource, formatDestinationType } from './sinkText.ts';
import { toDisplayText } from './toDisplayText.ts';

/** The labels of destination fields, by the field's name in the API. */
const getFieldLabels = lazy(
  () =>
    new Map([
      ['http_endpoint', l10n.t('Endpoint')],
      ['http_endpoint_path', l10n.t('Path')],
      ['batch', l10n.t('Several messages per request')],
      ['hosts', l10n.t('Hosts')],
      ['topic', l10n.t('Topic')],
      ['tls', l10n.t('TLS')],
      ['sasl_mechanism', l10n.t('SASL mechanism')],
      ['compression', l10n.t('Compression')],
      ['aws_region', l10n.t('AWS region')],
      ['host', l10n.t('Host')],
      ['port', l10n.t('Port')],
      ['virtual_host', l10n.t('Virtual host')],
      ['exchange', l10n.t('Exchange')],
      ['database', l10n.t('Database number')],
      ['stream_key', l10n.t('Stream')],
      ['expire_ms', l10n.t('Keys expire after')],
      ['queue_url', l10n.t('Queue URL')],
      ['region', l10n.t('AWS region')],
      ['is_fifo', l10n.t('FIFO')],
      ['use_task_role', l10n.t('Task role')],
      ['topic_arn', l10n.t('Topic ARN')],
      ['emulator_base_url', l10n.t('Emulator URL')],
      ['stream_arn', l10n.t('Stream ARN')],
      ['basin', l10n.t('Basin')],
      ['stream', l10n.t('Stream')],
      ['project_id', l10n.t('Project')],
      ['topic_id', l10n.t('Topic')],
      ['namespace', l10n.t('Namespace')],
      ['event_hub_name', l10n.t('Event hub')],
      ['endpoint_url', l10n.t('Endpoint')],
      ['collection_name', l10n.t('Collection')],
      ['index_name', l10n.t('Index')],
      ['primary_key', l10n.t('Primary key')],
      ['auth_type', l10n.t('Authentication')],
      ['batch_size', l10n.t('Batch size')],
      ['timeout_seconds', l10n.t('Timeout')],
      ['partition_count', l10n.t('Partitions')],
    ]),
);

/** The type of a sink's destination, and the fields of the destination. No field is secret. */
export function toDestinationFacts({ destination: { type, fields } }: Sink): Fact[] {
  return [
    { label: l10n.t('Type'), value: formatDestinationType(type) },
    ...Object.entries(fields).map(([name, value]) => ({
      label: getFieldLabels().get(name) ?? toDisplayText(name),
      value: formatField(name, value),
    })),
  ];
}

function formatField(name: string, value: string | number | boolean): string {
  if (typeof value === 'string') {
    // Without spaces, a browser would break the list at the hyphens of host names.
    return toDisplayText(name === 'hosts' ? value.replaceAll(/,\s*/g, ', ') : value);
  }
  if (typeof value === 'boolean') {
    return value ? l10n.t('yes') : l10n.t('no');
  }
  switch (name) {
    case 'expire_ms':
      return value === 0 ? l10n.t('never') : formatDuration(value);
    case 'timeout_seconds':
      return formatDuration(value * 1000);
    default:
      // No digit grouping, because the number could be a port.
      return String(value);
  }
}

/** What a sink captures, and how it processes and sends the messages. Leaves out what the server doesn't report. */
export function toSettingFacts({ database, source, settings }: Sink): Fact[] {
  const { maxRetryCount } = settings;
  return toFacts([
    [l10n.t('Database'), formatIfKnown(database, toDisplayText)],
    [l10n.t('Source tables'), describeSource(source)],
    [
      l10n.t('Changes'),
      formatIfKnown(settings.actions, (actions) => formatList(actions.map(formatSettingValue))),
    ],
    [l10n.t('Filter'), formatIfKnown(settings.filter, formatFunctionName)],
    [l10n.t('Transform'), formatIfKnown(settings.transform, formatFunctionName)],
    [l10n.t('Enrichment'), formatIfKnown(settings.enrichment, formatFunctionName)],
    [l10n.t('Routing'), formatIfKnown(settings.routing, formatFunctionName)],
    [l10n.t('Batch size'), formatIfKnown(settings.batchSize, formatCount)],
    [
      l10n.t('Message grouping'),
      formatIfKnown(settings.messageGrouping, (isOn) => (isOn ? l10n.t('on') : l10n.t('off'))),
    ],
    [
      l10n.t('Retries'),
      maxRetryCount === null ? l10n.t('no limit') : l10n.t('at most {0}', formatCount(maxRetryCount)),
    ],
    [l10n.t('If the buffer is full'), formatIfKnown(settings.loadSheddingPolicy, formatSettingValue)],
    [l10n.t('Timestamps'), formatIfKnown(settings.timestampFormat, formatSettingValue)],
  ]);
}

function formatIfKnown<Value>(value: Value | null, format: (value: Value) => string): string | undefined {
  return value === null ? undefined : format(value);
}

function formatFunctionName(name: string): string {
  return name === 'none' ? l10n.t('none') : toDisplayText(name);
}

/** The display names of setting values, by the values in the API. */
const getSettingValues = lazy(
  () =>
    new Map([
      ['insert', l10n.t('inserts')],
      ['update', l10n.t('updates')],
      ['delete', l10n.t('deletes')],
      ['pause_on_full', l10n.t('pauses')],
      ['discard_on_full', l10n.t('discards messages')],
      ['iso8601', l10n.t('ISO 8601')],
      ['unix_microsecond', l10n.t('microseconds since 1970')],
    ]),
);

function formatSettingValue(value: string): string {
  return getSettingValues().get(value) ?? toDisplayText(value);
}
