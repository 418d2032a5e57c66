/** The times to activate an extension, in milliseconds. */
export interface ActivationTimes {
  /** From the start of loading the bundle until it is loaded. */
  readonly load: number;
  /** From the call of `activate` until it returns. */
  readonly call: number;
  /** From the call of `activate` until the promise that it returns is resolved. */
  readonly finish: number;
}

/** The global variable in which the code of {@link createProbeSource} stores the times, by extension id. */
const globalName = 'sequinBenchActivation';

/** Returns the times measured in this extension host, by extension id. */
export function getActivationTimes(): Readonly<Record<string, ActivationTimes>> {
  return (globalThis as { [globalName]?: Record<string, ActivationTimes> })[globalName] ?? {};
}

/**
 * Creates the source code of an entry point that loads and activates an extension's own entry point, `main`, and
 * measures both steps. It doesn't measure the work of VS Code itself, which is the same for every extension.
 */
export function createProbeSource(main: string): string {
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
