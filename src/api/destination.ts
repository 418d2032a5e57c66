import { isIPv6 } from 'node:net';
import type { Destination } from '../model/Sink.ts';

/**
 * The fields of each destination type that may be shown. All other fields stay out of the model, because some hold
 * secrets that Sequin doesn't mask: a Kafka user, an AWS key id, plain HTTP headers.
 */
const shownFields: ReadonlyMap<string, readonly string[]> = new Map([
  ['webhook', ['http_endpoint', 'http_endpoint_path', 'batch']],
  ['sequin_stream', []],
  ['kafka', ['hosts', 'topic', 'tls', 'sasl_mechanism', 'compression', 'aws_region']],
  ['rabbitmq', ['host', 'port', 'virtual_host', 'exchange', 'tls']],
  ['redis_stream', ['host', 'port', 'database', 'stream_key', 'tls']],
  ['redis_string', ['host', 'port', 'database', 'expire_ms', 'tls']],
  ['sqs', ['queue_url', 'region', 'is_fifo', 'use_task_role']],
  ['sns', ['topic_arn', 'region', 'is_fifo', 'use_task_role', 'emulator_base_url']],
  ['kinesis', ['stream_arn', 'use_task_role']],
  ['s2', ['basin', 'stream']],
  ['gcp_pubsub', ['project_id', 'topic_id', 'emulator_base_url']],
  ['nats', ['host', 'port', 'tls']],
  ['azure_event_hub', ['namespace', 'event_hub_name']],
  ['typesense', ['endpoint_url', 'collection_name', 'batch_size', 'timeout_seconds']],
  ['meilisearch', ['endpoint_url', 'index_name', 'primary_key', 'timeout_seconds']],
  ['elasticsearch', ['endpoint_url', 'index_name', 'auth_type', 'batch_size']],
  ['benchmark', ['partition_count']],
]);

/**
 * The shown fields that hold addresses. Sequin doesn't mask credentials in addresses, so `stripSecrets` removes the
 * credentials. It isn't applied to other fields, because names may contain `@`, `?` and `#`.
 */
const addressFields: ReadonlySet<string> = new Set([
  'http_endpoint',
  'http_endpoint_path',
  'hosts',
  'host',
  'queue_url',
  'emulator_base_url',
  'endpoint_url',
]);

/** The separator and the fields that make up the address of each destination type. `host` stands for host and port. */
const addressFormats: ReadonlyMap<string, readonly [separator: string, ...names: string[]]> = new Map([
  ['webhook', ['', 'http_endpoint', 'http_endpoint_path']],
  ['kafka', [' @ ', 'topic', 'hosts']],
  ['rabbitmq', [' @ ', 'exchange', 'host']],
  ['redis_stream', [' @ ', 'stream_key', 'host']],
  ['redis_string', ['', 'host']],
  ['nats', ['', 'host']],
  ['sqs', ['', 'queue_url']],
  ['sns', ['', 'topic_arn']],
  ['kinesis', ['', 'stream_arn']],
  ['s2', ['/', 'basin', 'stream']],
  ['gcp_pubsub', ['/', 'project_id', 'topic_id']],
  ['azure_event_hub', ['/', 'namespace', 'event_hub_name']],
  ['typesense', [' @ ', 'collection_name', 'endpoint_url']],
  ['meilisearch', [' @ ', 'index_name', 'endpoint_url']],
  ['elasticsearch', [' @ ', 'index_name', 'endpoint_url']],
]);

/** Converts a destination to the model, without any credential. */
export function toDestination(
  json: Readonly<Record<string, unknown>> & { readonly type: string },
): Destination {
  const { type } = json;
  const fields: Record<string, string | number | boolean> = {};
  for (const name of shownFields.get(type) ?? []) {
    const value = toFieldValue(name, json[name]);
    if (value !== undefined) {
      fields[name] = value;
    }
  }
  return { type, address: formatAddress(type, fields), fields };
}

/** Converts the value of a field; undefined if it is empty or invalid. */
function toFieldValue(name: string, value: unknown): string | number | boolean | undefined {
  if (typeof value === 'string') {
    return (addressFields.has(name) ? stripSecrets(value) : value).toWellFormed() || undefined;
  }
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isSafeInteger(value))
    ? value
    : undefined;
}

/**
 * Removes user names, passwords, the query and the fragment, all of which may be secret, from one address or several
 * addresses separated by commas. A password may contain `@`.
 */
function stripSecrets(address: string): string {
  // The last alternative skips a part without credentials. Otherwise, every comma would start another search for `@`.
  // The first alternative matches all adjacent slashes. If `^`, or only two of three slashes, matched instead, the
  // match would end before the credentials that follow `//`.
  return address.replace(/(\/{2,}|^|,)(?:[^/@]*@(?:[^/@,]*@)*|([^/@]*))/g, '$1$2').replace(/[?#].*$/s, '');
}

/** Formats the fields that distinguish destinations of the same type. Returns null if all of these fields are empty. */
function formatAddress(type: string, fields: Destination['fields']): string | null {
  const readField = (name: string): string => {
    const value = fields[name] ?? '';
    return typeof value === 'boolean' ? '' : String(value);
  };
  const readPart = (name: string): string => {
    const text = readField(name);
    // Brackets separate an IPv6 address from the port.
    return name === 'host'
      ? [isIPv6(text) ? `[${text}]` : text, readField('port')].filter(Boolean).join(':')
      : text;
  };
  const [separator, ...names] = addressFormats.get(type) ?? [''];
  return names.map(readPart).filter(Boolean).join(separator) || null;
}
