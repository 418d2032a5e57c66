import type { ConfigResource } from '../../model/ConfigPlan.ts';
import { deepEqual } from '../../shared/deepEqual.ts';

/** A resource before and after a plan, without what is no configuration, and with masked secrets. */
export interface ResourceChange {
  /** The section of `sequin.yaml` that it belongs to. */
  readonly section: string;
  readonly name: string;
  /** Undefined if it is created. */
  readonly old: ConfigResource | undefined;
  /** Undefined if it is deleted. */
  readonly new: ConfigResource | undefined;
}

/** The true differences of a plan. */
export interface PlanDifference {
  readonly created: readonly ResourceChange[];
  readonly changed: readonly ResourceChange[];
  readonly deleted: readonly ResourceChange[];
  readonly unchanged: readonly ResourceChange[];
  /** What else Sequin would do, in its words. */
  readonly actions: readonly string[];
}

/** Whether a plan does nothing that it shows. */
export function isEmptyPlan({ created, changed, deleted, actions }: PlanDifference): boolean {
  return created.length + changed.length + deleted.length + actions.length === 0;
}

/** Whether two plans do the same. Resources that neither changes may differ. */
export function isSamePlan(a: PlanDifference, b: PlanDifference): boolean {
  const select = ({ created, changed, deleted, actions }: PlanDifference) => [
    created,
    changed,
    deleted,
    actions,
  ];
  return deepEqual(select(a), select(b));
}
