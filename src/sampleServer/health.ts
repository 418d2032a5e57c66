import type { HealthJson, HealthStatus, SinkJson } from './sequinTypes.ts';

type Check = HealthJson['checks'][number];

/** Creates a sink's health as the recorded servers report it. `error` is the text of the failing check. */
export function createHealth(status: HealthStatus, error?: string): HealthJson {
  return { name: 'Consumer health', status, checks: createChecks(status, error) };
}

/** Creates the default health for a sink's status: a sink that isn't active reports `paused`. */
export function createDefaultHealth(status: SinkJson['status']): HealthJson {
  return createHealth(status === 'active' ? 'healthy' : 'paused');
}

function createChecks(status: HealthStatus, error?: string): Check[] {
  const configuration: Check = { name: 'Sink configuration', status: 'notice' };
  const [filtering, ingestion, pending, delivery] = [
    'Message filtering',
    'Message ingestion',
    'Messages pending delivery',
    'Message delivery',
  ].map((name): Check => ({ name, status: 'healthy' })) as [Check, Check, Check, Check];

  switch (status) {
    case 'healthy':
      break;
    case 'error':
      delivery.status = 'error';
      break;
    case 'warning':
      // If the warning comes from reading the table, Sequin gives this check another name.
      ingestion.name = 'Backfill fetch process';
      ingestion.status = 'warning';
      break;
    case 'initializing':
      configuration.status = 'initializing';
      ingestion.status = 'waiting';
      filtering.status = pending.status = delivery.status = 'waiting';
      break;
    case 'waiting':
    case 'paused':
      filtering.status = pending.status = delivery.status = 'waiting';
      break;
  }
  const failing = status === 'error' ? delivery : ingestion;
  if (error !== undefined) {
    failing.error = error;
  }
  return [configuration, filtering, ingestion, pending, delivery];
}
