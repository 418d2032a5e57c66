import { stripVTControlCharacters } from 'node:util';

/** How many tests of a step passed and failed; a step without tests of its own counts as one. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/** What a step did. */
interface Outcome extends Counts {
  readonly output: string;
}

/** One part of the whole test. */
export interface Step {
  readonly name: string;
  /** Steps that this one cannot do without: they run too, and it does not run if one of them fails. */
  readonly needs?: readonly string[];
  /** Steps that must not run later or at the same time, if they run at all. */
  readonly after?: readonly string[];
  readonly run: () => Promise<Outcome>;
}

/** A step that ran, and how long it took. */
export interface Result extends Outcome {
  readonly name: string;
  readonly seconds: number;
}

/** The steps whose name begins with one of `names`, and all that these need. */
export function selectSteps(steps: readonly Step[], names: readonly string[]): Step[] {
  const wanted = new Set(
    steps.filter((step) => names.some((name) => step.name.startsWith(name))).map((step) => step.name),
  );
  // A step stands after those that it needs.
  for (const { name, needs = [] } of steps.toReversed()) {
    if (wanted.has(name)) needs.forEach((need) => wanted.add(need));
  }
  return steps.filter(({ name }) => wanted.has(name));
}

/** Runs the steps, some at the same time, and hands on each result as it comes. */
export async function runSteps(
  steps: readonly Step[],
  atOnce: number,
  report: (result: Result) => void,
): Promise<Result[]> {
  const waiting = new Set(steps);
  const results = new Map<string, Result>();
  const running = new Map<string, Promise<void>>();

  const isDone = (name: string) => results.has(name) || !steps.some((step) => step.name === name);
  const nextStep = () =>
    [...waiting].find(({ needs = [], after = [] }) => [...needs, ...after].every((name) => isDone(name)));
  const work = async (step: Step) => {
    const result = await runStep(step, results);
    results.set(step.name, result);
    running.delete(step.name);
    report(result);
  };

  while (results.size < steps.length) {
    for (let step = nextStep(); step && running.size < atOnce; step = nextStep()) {
      waiting.delete(step);
      running.set(step.name, work(step));
    }
    await Promise.race(running.values());
  }
  return steps.flatMap(({ name }) => results.get(name) ?? []);
}

async function runStep({ name, needs = [], run }: Step, done: ReadonlyMap<string, Result>): Promise<Result> {
  const broken = needs.find((need) => (done.get(need)?.failed ?? 0) > 0);
  if (broken !== undefined) {
    return { name, seconds: 0, passed: 0, failed: 1, output: `Not run, because ${broken} failed.` };
  }
  const start = performance.now();
  const outcome = await run().catch((error: unknown) => ({ passed: 0, failed: 1, output: String(error) }));
  return { name, seconds: (performance.now() - start) / 1000, ...outcome };
}

/** Counts what mocha says at its end. A run that broke off has at least one failure. */
export function countTests(output: string, code: number | null): Counts {
  const text = stripVTControlCharacters(output);
  const count = (word: string) =>
    Number([...text.matchAll(new RegExp(`^ +(\\d+) ${word}`, 'gm'))].at(-1)?.[1] ?? 0);
  const failed = count('failing');
  return { passed: count('passing'), failed: code === 0 ? failed : Math.max(failed, 1) };
}

/** A table of the results with a line of totals at its end. */
export function summary(results: readonly Result[]): string {
  const width = Math.max(...results.map(({ name }) => name.length));
  const lines = results.map(({ name, seconds, passed, failed }) =>
    [
      failed === 0 ? '✓' : '✗',
      name.padEnd(width),
      `${seconds.toFixed(1)} s`.padStart(8),
      `${passed} passed`.padStart(12),
      failed === 0 ? '' : `${failed} failed`.padStart(11),
    ].join(' '),
  );
  const sum = (key: keyof Counts) => results.reduce((total, result) => total + result[key], 0);
  return [...lines, '', `${sum('passed')} passed, ${sum('failed')} failed`].join('\n');
}
