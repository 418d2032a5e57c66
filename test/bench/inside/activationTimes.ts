/** How long an extension took, in milliseconds. */
export interface ActivationTime {
  /** To load its bundle. */
  readonly load: number;
  /** Until `activate` returned. */
  readonly call: number;
  /** Until what it returned was there. */
  readonly finish: number;
}

/** Where {@link probe} leaves what it measures, by the id of the extension. */
const place = 'sequinBenchActivation';

/** What the probes of this extension host have measured, by the id of the extension. */
export function activationTimes(): Readonly<Record<string, ActivationTime>> {
  return (globalThis as { [place]?: Record<string, ActivationTime> })[place] ?? {};
}

/**
 * The source of an entry point that stands before the one of an extension, and measures it from within: what
 * VS Code does around it costs every extension the same.
 */
export function probe(main: string): string {
  return `
const begun = performance.now();
const extension = require(${JSON.stringify(main)});
const load = performance.now() - begun;
exports.activate = async (context) => {
  const begun = performance.now();
  const activated = extension.activate(context);
  const call = performance.now() - begun;
  await activated;
  const finish = performance.now() - begun;
  (globalThis.${place} ??= {})[context.extension.id] = { load, call, finish };
  return activated;
};
exports.deactivate = () => extension.deactivate?.();
`;
}
