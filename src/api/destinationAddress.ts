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
    return typeof value === 'string' || Number.isSafeInteger(value) ? stripSecrets(String(value)) : '';
  };
  const host = [readField('host'), readField('port')].filter(Boolean).join(':');
  const joinWithAt = (resource: string, location: string): string =>
    [resource, location].filter(Boolean).join(' @ ');
  const joinPath = (...names: string[]): string => names.map(readField).filter(Boolean).join('/');

  const formatAddress = (): string => {
    switch (type) {
      case 'webhook':
        return readField('http_endpoint') + readField('http_endpoint_path');
      case 'kafka':
        return joinWithAt(readField('topic'), readField('hosts'));
      case 'rabbitmq':
        return joinWithAt(readField('exchange'), host);
      case 'redis_stream':
        return joinWithAt(readField('stream_key'), host);
      case 'redis_string':
      case 'nats':
        return host;
      case 'sqs':
        return readField('queue_url');
      case 'sns':
        return readField('topic_arn');
      case 'kinesis':
        return readField('stream_arn');
      case 's2':
        return joinPath('basin', 'stream');
      case 'gcp_pubsub':
        return joinPath('project_id', 'topic_id');
      case 'azure_event_hub':
        return joinPath('namespace', 'event_hub_name');
      case 'typesense':
        return joinWithAt(readField('collection_name'), readField('endpoint_url'));
      case 'meilisearch':
      case 'elasticsearch':
        return joinWithAt(readField('index_name'), readField('endpoint_url'));
      default:
        return '';
    }
  };
  return formatAddress().toWellFormed() || null;
}
