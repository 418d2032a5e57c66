import type { JsonResponse } from '../../../src/sampleServer/responses.ts';
import type { ConfigItem } from '../EmulatedWorld.ts';

/** A change of one resource, as a plan reports it, and the function that performs the change. */
export interface Change {
  readonly type: string;
  readonly old: ConfigItem | null;
  readonly new: ConfigItem;
  readonly apply: () => void;
}

/** Thrown for a configuration that Sequin rejects. */
export class Rejection extends Error {
  readonly response: JsonResponse;

  constructor(response: JsonResponse) {
    super();
    this.response = response;
  }
}

/** Copies some of the fields of a resource. */
export function pick(item: ConfigItem, keys: readonly string[]): ConfigItem {
  return Object.fromEntries(keys.filter((key) => item[key] !== undefined).map((key) => [key, item[key]]));
}
