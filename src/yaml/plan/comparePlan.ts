import type { ConfigPlan, ConfigResource } from '../../model/ConfigPlan.ts';
import { deepEqual } from '../../shared/deepEqual.ts';
import { isRecord } from '../../shared/guards.ts';
import { isMasked, isSecret } from '../document/secrets.ts';
import { omitKeys } from './omitKeys.ts';
import type { PlanDifference, ResourceChange } from './PlanDifference.ts';

/** The sections by type of resource, in the order of a file. */
const sections: ReadonlyMap<string, string> = new Map([
  ['user', 'users'],
  ['database', 'databases'],
  ['change_retention', 'change_retentions'],
  ['http_endpoint', 'http_endpoints'],
  ['function', 'functions'],
  ['sink', 'sinks'],
]);

/** Keys whose value differs in each plan, or describes the current state only. */
const ignoredKeys: ReadonlySet<string> = new Set(['id', 'connection_id', 'active_backfills']);

/** Finds what a plan changes: Sequin reports an update of every resource, changed or not (recording y03). */
export function comparePlan({ changes, actions }: ConfigPlan): PlanDifference {
  const resources = changes
    .filter(({ resourceType }) => resourceType !== 'account')
    .map((change) => {
      const section = sections.get(change.resourceType) ?? change.resourceType;
      const [before, after] = [normalize(change.old), normalize(change.new)];
      const { name, email } = after ?? before ?? {};
      const mask = (item: ConfigResource | undefined): ConfigResource | undefined =>
        item && (maskSecrets(item, [section]) as ConfigResource);
      const resource: ResourceChange = {
        section,
        name: [name, email].find((each) => typeof each === 'string') ?? '',
        old: mask(before && after ? alignKeys(before, after) : before),
        new: mask(after),
      };
      return { resource, isChanged: !deepEqual(before, after) };
    });
  const order = [...sections.values()];
  const select = (accepts: (each: (typeof resources)[number]) => boolean): ResourceChange[] =>
    resources
      .filter(accepts)
      .map(({ resource }) => resource)
      .sort(
        (a, b) =>
          order.indexOf(a.section) - order.indexOf(b.section) ||
          (a.name < b.name ? -1 : Number(a.name > b.name)),
      );
  return {
    created: select(({ resource }) => resource.old === undefined && resource.new !== undefined),
    changed: select(({ resource, isChanged }) => isChanged && Boolean(resource.old && resource.new)),
    deleted: select(({ resource }) => resource.old !== undefined && resource.new === undefined),
    // Without users: a plan doesn't show whether they change.
    unchanged: select(({ resource, isChanged }) => !isChanged && resource.section !== 'users'),
    actions: [...new Set(actions)].sort(),
  };
}

/**
 * Removes ignored keys and keys without a value, which a file doesn't have either, and sorts lists of actions, whose
 * order has no meaning (recording y04-27).
 */
function normalize(resource: ConfigResource | null): ConfigResource | undefined {
  const sortActions = (key: string, value: unknown): unknown =>
    key === 'actions' && Array.isArray(value)
      ? value.toSorted((a, b) => actionOrder.indexOf(a) - actionOrder.indexOf(b))
      : value;
  return resource === null ? undefined : (omitKeys(resource, ignoredKeys, sortActions) as ConfigResource);
}

const actionOrder: readonly unknown[] = ['insert', 'update', 'delete'];

/** Sorts the keys of a map like those of another map, so that a diff shows only differences of values. */
function alignKeys(value: ConfigResource, other: ConfigResource): ConfigResource {
  const keys = Object.keys(other).filter((key) => Object.hasOwn(value, key));
  return Object.fromEntries(
    [...new Set([...keys, ...Object.keys(value)])].map((key) => {
      const [child, otherChild] = [value[key], other[key]];
      return [key, isRecord(child) && isRecord(otherChild) ? alignKeys(child, otherChild) : child];
    }),
  );
}

/** Masks secrets that Sequin has left in clear text. */
function maskSecrets(value: unknown, path: readonly (string | number)[]): unknown {
  if (typeof value === 'string') {
    return isSecret(path, value) && value !== '' && !isMasked(value) ? '********' : value;
  }
  if (Array.isArray(value)) {
    return value.map((item, index) => maskSecrets(item, [...path, index]));
  }
  return isRecord(value)
    ? Object.fromEntries(
        Object.entries(value).map(([key, child]) => [key, maskSecrets(child, [...path, key])]),
      )
    : value;
}
