/** Without user, password and query, any of which may hold a secret in an address that a user wrote. */
function withoutSecrets(address: string): string {
  return address
    .replace(/\/\/[^/@]*@/g, '//')
    .replace(/^[^/@]*@/, '')
    .replace(/[?#].*$/s, '');
}

/**
 * The address of a destination from the fields that Sequin tells of its type: only chosen ones, since
 * some that hold secrets are not masked (a Kafka user, an AWS key id, plain HTTP headers).
 */
export function destinationAddress(type: string, fields: Readonly<Record<string, unknown>>): string | null {
  const field = (name: string): string => {
    const value = fields[name];
    return typeof value === 'string' || typeof value === 'number' ? withoutSecrets(String(value)) : '';
  };
  const host = [field('host'), field('port')].filter(Boolean).join(':');
  const at = (what: string, where: string): string => [what, where].filter(Boolean).join(' @ ');
  const path = (...names: string[]): string => names.map(field).filter(Boolean).join('/');

  const addresses: Record<string, () => string> = {
    webhook: () => field('http_endpoint') + field('http_endpoint_path'),
    kafka: () => at(field('topic'), field('hosts')),
    rabbitmq: () => at(field('exchange'), host),
    redis_stream: () => at(field('stream_key'), host),
    redis_string: () => host,
    sqs: () => field('queue_url'),
    sns: () => field('topic_arn'),
    kinesis: () => field('stream_arn'),
    s2: () => path('basin', 'stream'),
    gcp_pubsub: () => path('project_id', 'topic_id'),
    nats: () => host,
    azure_event_hub: () => path('namespace', 'event_hub_name'),
    typesense: () => at(field('collection_name'), field('endpoint_url')),
    meilisearch: () => at(field('index_name'), field('endpoint_url')),
    elasticsearch: () => at(field('index_name'), field('endpoint_url')),
  };
  const address = addresses[type]?.() ?? '';
  return address === '' ? null : address;
}
