import type {
  ConfigChange,
  ConfigPlan,
  ConfigResource,
  PlanDifference,
  ResourceChange,
} from '../../model/ConfigPlan.ts';
import { deepEqual } from '../../shared/deepEqual.ts';
import { isRecord } from '../../shared/guards.ts';
import { isMasked, isSecret } from '../document/secrets.ts';
import { normalizeConfig } from './normalizeConfig.ts';

/** The section of each type of resource, in the order of a file. */
const sectionsByResourceType: ReadonlyMap<string, string> = new Map([
  ['user', 'users'],
  ['database', 'databases'],
  ['change_retention', 'change_retentions'],
  ['http_endpoint', 'http_endpoints'],
  ['function', 'functions'],
  ['sink', 'sinks'],
]);

const sectionOrder = [...sectionsByResourceType.values()];

/**
 * Finds what a plan really changes: Sequin reports an update for every resource, even if nothing changes (recording
 * y03).
 */
export function comparePlan({ changes, actions }: ConfigPlan): PlanDifference {
  const classified = changes.filter(({ resourceType }) => resourceType !== 'account').map(classify);
  const select = (effect: Effect): ResourceChange[] =>
    classified.flatMap((each) => (each.effect === effect ? each.change : [])).sort(compareResources);
  return {
    created: select('created'),
    changed: select('changed'),
    deleted: select('deleted'),
    // Leaves out users, because a plan doesn't show whether they change.
    unchanged: select('unchanged').filter(({ section }) => section !== 'users'),
    actions: [...new Set(actions)].sort(),
  };
}

type Effect = 'created' | 'changed' | 'deleted' | 'unchanged';

function classify(planned: ConfigChange): { effect: Effect; change: ResourceChange } {
  const section = sectionsByResourceType.get(planned.resourceType) ?? planned.resourceType;
  const [before, after] = [normalize(planned.old), normalize(planned.new)];
  const { name, email } = after ?? before ?? {};
  const mask = (resource: ConfigResource | undefined): ConfigResource | undefined =>
    resource && (maskSecrets(resource, [section]) as ConfigResource);
  return {
    effect: getEffect(before, after),
    change: {
      section,
      name: [name, email].find((each) => typeof each === 'string') ?? '',
      old: mask(before),
      new: mask(after),
    },
  };
}

function getEffect(before: ConfigResource | undefined, after: ConfigResource | undefined): Effect {
  if (deepEqual(before, after)) {
    return 'unchanged';
  }
  return before === undefined ? 'created' : after === undefined ? 'deleted' : 'changed';
}

/** Sorts resources by section, then by name. */
function compareResources(a: ResourceChange, b: ResourceChange): number {
  return (
    sectionOrder.indexOf(a.section) - sectionOrder.indexOf(b.section) ||
    (a.name < b.name ? -1 : Number(a.name > b.name))
  );
}

function normalize(resource: ConfigResource | null): ConfigResource | undefined {
  return resource === null ? undefined : (normalizeConfig(resource) as ConfigResource);
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
