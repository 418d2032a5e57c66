import { isRecord } from '../../shared/guards.ts';

/** Keys whose value differs in each plan, or describes the current state only. */
const ignoredKeys: ReadonlySet<string> = new Set(['id', 'connection_id', 'active_backfills']);

/** Maps whose keys the user names. */
const mapsWithUserKeys: ReadonlySet<string> = new Set(['headers', 'encrypted_headers', 'annotations']);

/**
 * Converts a configuration from Sequin to what a file has: without keys that have no value or aren't configuration.
 * Leaves maps whose keys the user names as they are.
 */
export function normalizeConfig(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(normalizeConfig);
  }
  return isRecord(value)
    ? Object.fromEntries(
        Object.entries(value)
          .filter(([key, child]) => child !== null && !ignoredKeys.has(key))
          .map(([key, child]) => [key, mapsWithUserKeys.has(key) ? child : normalizeValue(key, child)]),
      )
    : value;
}

function normalizeValue(key: string, value: unknown): unknown {
  if (key === 'local' && value === true) {
    // Sequin exports this flag as a boolean, but reads only the text.
    return 'true';
  }
  // The order of actions has no meaning (recording y04-27).
  return key === 'actions' && Array.isArray(value)
    ? value.toSorted((a, b) => actionOrder.indexOf(a) - actionOrder.indexOf(b))
    : normalizeConfig(value);
}

const actionOrder: readonly unknown[] = ['insert', 'update', 'delete'];
