import { isRecord } from '../../shared/guards.ts';

/** Keys whose value differs in each plan, or describes only the current state. */
const ignoredKeys: ReadonlySet<string> = new Set(['id', 'connection_id', 'active_backfills']);

/** The keys whose values are maps in which the user chooses the keys. */
const mapsWithUserKeys: ReadonlySet<string> = new Set(['headers', 'encrypted_headers', 'annotations']);

/**
 * Converts a configuration from Sequin to the form of a file: removes keys that have no value or aren't configuration,
 * and sorts actions. Doesn't change maps in which the user chooses the keys.
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
    // Sequin exports this flag as a boolean, but reads only the string.
    return 'true';
  }
  // The order of actions has no meaning (recording y04-27).
  return key === 'actions' && Array.isArray(value)
    ? value.toSorted((a, b) => actionOrder.indexOf(a) - actionOrder.indexOf(b))
    : normalizeConfig(value);
}

const actionOrder: readonly unknown[] = ['insert', 'update', 'delete'];
