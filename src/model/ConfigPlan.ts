import { deepEqual } from '../shared/deepEqual.ts';

/** A resource in the form of `sequin.yaml`, with masked secrets. */
export type ConfigResource = Readonly<Record<string, unknown>>;

/** A resource before and after a configuration is applied. Sequin reports even the resources that don't change. */
export interface ConfigChange {
  /** `database`, `sink`, `http_endpoint`, `function`, `change_retention`, `user` or `account`. */
  readonly resourceType: string;
  /** Null for a resource that is created. */
  readonly old: ConfigResource | null;
  /** Null for a resource that is deleted. */
  readonly new: ConfigResource | null;
}

/** What Sequin would do to apply a configuration. */
export interface ConfigPlan {
  readonly changes: readonly ConfigChange[];
  /** Sequin's descriptions of what else it would do, such as ``Create initial backfill for sink 'orders'``. */
  readonly actions: readonly string[];
}

/** A resource before and after a plan, with masked secrets and without keys that aren't configuration. */
export interface ResourceChange {
  /** The section of `sequin.yaml` that the resource belongs to. */
  readonly section: string;
  readonly name: string;
  /** Undefined if the plan creates the resource. */
  readonly old: ConfigResource | undefined;
  /** Undefined if the plan deletes the resource. */
  readonly new: ConfigResource | undefined;
}

/** The resources of a plan, grouped by what happens to them when the plan is applied. */
export interface PlanDifference {
  readonly created: readonly ResourceChange[];
  readonly changed: readonly ResourceChange[];
  readonly deleted: readonly ResourceChange[];
  readonly unchanged: readonly ResourceChange[];
  /** See {@link ConfigPlan.actions}. */
  readonly actions: readonly string[];
}

/** Whether a plan shows no changes and no actions. */
export function isEmptyPlan({ created, changed, deleted, actions }: PlanDifference): boolean {
  return created.length + changed.length + deleted.length + actions.length === 0;
}

/** Whether two plans have the same changes and actions. Resources that neither plan changes may differ. */
export function isSamePlan(a: PlanDifference, b: PlanDifference): boolean {
  const listEffects = ({ created, changed, deleted, actions }: PlanDifference) => [
    created,
    changed,
    deleted,
    actions,
  ];
  return deepEqual(listEffects(a), listEffects(b));
}
