import type { HealthJson, HealthStatus } from './sequinTypes.ts';

type Check = HealthJson['checks'][number];

/** Creates a sink's health as the recorded servers report it. `error` is the error of the failing check. */
export function createHealth(status: HealthStatus, error?: string): HealthJson {
  return { name: 'Consumer health', status, checks: createChecks(status, error) };
}

function createChecks(status: HealthStatus, error: string | undefined): Check[] {
  const names = [
    'Sink configuration',
    'Message filtering',
    // Sequin gives this check another name if the warning is about reading the table.
    status === 'warning' ? 'Backfill fetch process' : 'Message ingestion',
    'Messages pending delivery',
    'Message delivery',
  ];
  const failingCheck = status === 'error' ? 'Message delivery' : names[2];
  return names.map((name, index) => ({
    name,
    status: checkStatuses[status][index] ?? 'healthy',
    ...(error !== undefined && name === failingCheck && { error }),
  }));
}

/** The statuses of the five checks, in order, by the status of a sink's health. */
const checkStatuses: Record<HealthStatus, readonly Check['status'][]> = {
  healthy: ['notice', 'healthy', 'healthy', 'healthy', 'healthy'],
  error: ['notice', 'healthy', 'healthy', 'healthy', 'error'],
  warning: ['notice', 'healthy', 'warning', 'healthy', 'healthy'],
  initializing: ['initializing', 'waiting', 'waiting', 'waiting', 'waiting'],
  waiting: ['notice', 'waiting', 'healthy', 'waiting', 'waiting'],
  paused: ['notice', 'waiting', 'healthy', 'waiting', 'waiting'],
};
