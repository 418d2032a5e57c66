import * as v from 'valibot';
import type { ConfigPlan } from '../model/ConfigPlan.ts';
import { listOf, optional, parseOrThrow, textSchema } from './schema.ts';

const resourceSchema = v.nullable(v.record(v.string(), v.unknown()));

const configPlanSchema = v.object({
  changes: v.array(v.object({ resource_type: textSchema, old: resourceSchema, new: resourceSchema })),
  actions: optional(listOf(v.object({ description: textSchema }))),
});

/** @throws ShapeError if any change is invalid, because a plan without that change would be misleading */
export function decodeConfigPlan(json: unknown): ConfigPlan {
  const { changes, actions } = parseOrThrow(configPlanSchema, json);
  return {
    changes: changes.map(({ resource_type: resourceType, ...change }) => ({ resourceType, ...change })),
    actions: (actions ?? []).map(({ description }) => description),
  };
}

/**
 * Checks that a configuration was applied. Reads nothing else: the resources contain database passwords in clear text.
 * @throws ShapeError if the response isn't from Sequin
 */
export function checkConfigApplied(json: unknown): void {
  parseOrThrow(v.object({ resources: v.array(v.unknown()) }), json);
}

/** @throws ShapeError if the response has no configuration */
export function decodeConfigExport(json: unknown): string {
  return parseOrThrow(v.object({ yaml: textSchema }), json).yaml;
}
