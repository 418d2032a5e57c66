/** The time to activate an extension, in milliseconds. */
export interface ActivationTime {
  /** The time to load the bundle. */
  readonly load: number;
  /** The time until `activate` returns. */
  readonly call: number;
  /** The time until the promise that `activate` returns is resolved. */
  readonly finish: number;
}

/** The global variable in which {@link probe} stores times by extension id. */
const globalName = 'sequinBenchActivation';

/** The times measured in this extension host, by extension id. */
export function activationTimes(): Readonly<Record<string, ActivationTime>> {
  return (globalThis as { [globalName]?: Record<string, ActivationTime> })[globalName] ?? {};
}

/**
 * The source of an entry point that wraps the one of an extension and measures it from within. The work of VS
 * Code around it is the same for every extension.
 */
export function probe(main: string): string {
  return `
const startedAt = performance.now();
const extension = require(${JSON.stringify(main)});
const load = performance.now() - startedAt;
exports.activate = async (context) => {
  const startedAt = performance.now();
  const activated = extension.activate(context);
  const call = performance.now() - startedAt;
  await activated;
  const finish = performance.now() - startedAt;
  (globalThis.${globalName} ??= {})[context.extension.id] = { load, call, finish };
  return activated;
};
exports.deactivate = () => extension.deactivate?.();
`;
}
