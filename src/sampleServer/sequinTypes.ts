// The JSON of Sequin's Management API.

/** The version of Sequin that the sample server emulates. */
export const currentVersion = '0.14.6';

export type BackfillState = 'active' | 'paused' | 'completed' | 'cancelled' | 'failed';

export interface BackfillJson {
  id: string;
  table: string | null;
  state: BackfillState;
  inserted_at: string;
  updated_at: string;
  completed_at: string | null;
  rows_processed_count: number;
  rows_initial_count: number | null;
  rows_ingested_count: number;
  canceled_at: string | null;
  sink_consumer: string;
  sort_column: string | null;
}

export type HealthStatus = 'healthy' | 'warning' | 'error' | 'initializing' | 'waiting' | 'paused';

export interface HealthJson {
  name: string;
  status: HealthStatus;
  checks: { name: string; status: HealthStatus | 'stale' | 'notice'; error?: string }[];
}

export interface SourceJson {
  include_schemas: string[] | null;
  exclude_schemas: string[] | null;
  exclude_tables: string[] | null;
  include_tables: string[] | null;
}

export interface SinkJson {
  id: string;
  name: string;
  status: 'active' | 'paused' | 'disabled';
  filter: string;
  source: SourceJson | null;
  destination: { type: string; [field: string]: unknown };
  transform: string;
  database: string;
  /** A dropped table has no name. */
  tables: { name: string | null; group_column_names: string[] }[] | null;
  batch_size: number;
  actions: string[];
  annotations: Record<string, unknown>;
  /** Missing in responses to create and update requests, and while Redis is down. */
  health?: HealthJson;
  enrichment: string;
  timestamp_format: string;
  message_grouping: boolean;
  max_retry_count: number | null;
  load_shedding_policy: string;
  active_backfills: BackfillJson[];
  routing: string;
}

export interface DatabaseJson {
  id: string;
  name: string;
  hostname: string;
  port: number;
  database: string;
  username: string;
  /** Masked. */
  password: string;
  ssl: boolean;
  ipv6: boolean;
  pool_size: number;
  queue_target: number;
  queue_interval: number;
  use_local_tunnel: boolean;
  replication_slots: { id: string; status: string; slot_name: string; publication_name: string }[];
}

/** Formats a time as in `inserted_at` and `updated_at`: truncated to whole seconds. */
export function truncateToSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** Formats a time as in `completed_at` and `canceled_at`. Postgres rounds these, by up to 0.5 s into the future. */
export function roundToSeconds(ms: number): string {
  return `${new Date(Math.round(ms / 1000) * 1000).toISOString().slice(0, 19)}.000000Z`;
}
