/** Removes user, password and query, which may contain secrets in an address that a user typed. */
function stripSecrets(address: string): string {
  return address
    .replace(/\/\/[^/@]*@/g, '//')
    .replace(/^[^/@]*@/, '')
    .replace(/[?#].*$/s, '');
}

/**
 * Formats the address of a destination from selected fields only: Sequin doesn't mask some fields that hold secrets
 * (a Kafka user, an AWS key id, plain HTTP headers). Null if there is no address.
 */
export function formatDestinationAddress(
  type: string,
  fields: Readonly<Record<string, unknown>>,
): string | null {
  const readField = (name: string): string => {
    const value = fields[name];
    return typeof value === 'string' || typeof value === 'number' ? stripSecrets(String(value)) : '';
  };
  const host = [readField('host'), readField('port')].filter(Boolean).join(':');
  const joinWithAt = (resource: string, location: string): string =>
    [resource, location].filter(Boolean).join(' @ ');
  const joinPath = (...names: string[]): string => names.map(readField).filter(Boolean).join('/');

  const formatters: Record<string, () => string> = {
    webhook: () => readField('http_endpoint') + readField('http_endpoint_path'),
    kafka: () => joinWithAt(readField('topic'), readField('hosts')),
    rabbitmq: () => joinWithAt(readField('exchange'), host),
    redis_stream: () => joinWithAt(readField('stream_key'), host),
    redis_string: () => host,
    sqs: () => readField('queue_url'),
    sns: () => readField('topic_arn'),
    kinesis: () => readField('stream_arn'),
    s2: () => joinPath('basin', 'stream'),
    gcp_pubsub: () => joinPath('project_id', 'topic_id'),
    nats: () => host,
    azure_event_hub: () => joinPath('namespace', 'event_hub_name'),
    typesense: () => joinWithAt(readField('collection_name'), readField('endpoint_url')),
    meilisearch: () => joinWithAt(readField('index_name'), readField('endpoint_url')),
    elasticsearch: () => joinWithAt(readField('index_name'), readField('endpoint_url')),
  };
  const address = formatters[type]?.() ?? '';
  return address === '' ? null : address;
}
