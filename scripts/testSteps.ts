import { stripVTControlCharacters } from 'node:util';
import { runCommand } from '../test/host/processes.ts';

/** A failed test. */
interface Failure {
  readonly title: string;
  readonly details: string;
}

/** The result of a step. A step that isn't a test run counts as one test. */
export interface StepResult {
  readonly name: string;
  readonly passed: number;
  readonly skipped: number;
  readonly failures: readonly Failure[];
  /** The titles of tests that failed at first and ran again. */
  readonly retried?: readonly string[];
  readonly seconds: number;
  /** The output of the step, with test events in readable form. */
  readonly log: string;
}

/** A step of `npm test`. */
export interface Step {
  readonly name: string;
  /** Earlier steps that must succeed before this one runs. */
  readonly needs?: readonly string[];
  /** Earlier steps that must finish before this one runs. */
  readonly after?: readonly string[];
  readonly run: () => Promise<Omit<StepResult, 'name' | 'seconds'>>;
}

/** The time in ms after which a test run without output is stopped. */
const silenceLimitMs = 120_000;

/** Creates a step from a command that succeeds or fails as a whole. */
export function createCheck(name: string, command: string): Step {
  return {
    name,
    run: async () => {
      const { code, output } = await runCommand(command);
      const failures = code === 0 ? [] : [{ title: command, details: output }];
      return { passed: code === 0 ? 1 : 0, skipped: 0, failures, log: output };
    },
  };
}

/** Creates a step from a command whose output includes events in the format of mocha's `json-stream` reporter. */
export function createTestRun(
  name: string,
  command: string,
  options: Pick<Step, 'needs' | 'after'> = {},
): Step {
  return {
    name,
    ...options,
    run: async () => {
      let passed = 0;
      let skipped = 0;
      let log = '';
      const failures: Failure[] = [];
      const retried: string[] = [];
      const readLine = (line: string) => {
        const [event, details] = parseEvent(line);
        switch (event) {
          case 'pass':
            passed += 1;
            log += `✓ ${details.fullTitle ?? ''} (${details.duration ?? 0} ms)\n`;
            break;
          case 'fail':
            failures.push({ title: details.fullTitle ?? '', details: details.stack ?? details.err ?? '' });
            log += `✗ ${details.fullTitle ?? ''}\n${details.stack ?? details.err ?? ''}\n`;
            break;
          case 'retry':
            retried.push(details.fullTitle ?? '');
            log += `↻ ${details.fullTitle ?? ''}\n${details.stack ?? details.err ?? ''}\n`;
            break;
          case 'pending':
            skipped += 1;
            break;
          case 'end':
            skipped += details.pending ?? 0;
            break;
          case 'start':
            break;
          case undefined:
            log += `${line}\n`;
        }
      };
      const { code, output } = await runCommand(command, { onLine: readLine, silenceLimitMs });
      if (code !== 0 && failures.length === 0) {
        failures.push({ title: `${command} exited with code ${String(code)}`, details: lastLines(output) });
      }
      return { passed, skipped, failures, retried, log };
    },
  };
}

/**
 * Selects the steps whose names start with one of `prefixes`, and the steps that they need.
 * @throws Error if one of the prefixes matches no step
 */
export function selectSteps(steps: readonly Step[], prefixes: readonly string[]): Step[] {
  const names = new Set<string>();
  for (const prefix of prefixes) {
    const matches = steps.filter(({ name }) => name.startsWith(prefix));
    if (matches.length === 0) {
      throw new Error(
        `No step is called "${prefix}". The steps are: ${steps.map(({ name }) => name).join(', ')}.`,
      );
    }
    for (const { name } of matches) {
      names.add(name);
    }
  }
  // In `steps`, every step comes after the steps that it needs.
  for (const { name, needs = [] } of steps.toReversed()) {
    if (names.has(name)) {
      needs.forEach((need) => names.add(need));
    }
  }
  return steps.filter(({ name }) => names.has(name));
}

/** Runs steps in order, `concurrency` at a time, and calls `report` with each result. */
export async function runSteps(
  steps: readonly Step[],
  concurrency: number,
  report: (result: StepResult) => void,
): Promise<StepResult[]> {
  const results = new Map<string, Promise<StepResult>>();
  const waiting = [...steps];
  const work = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const result = runStep(step, results);
      results.set(step.name, result);
      report(await result);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return Promise.all(results.values());
}

/** Formats a table of the results, with totals in the last line. */
export function toTable(results: readonly StepResult[]): string {
  const width = Math.max(...results.map(({ name }) => name.length));
  const sum = (count: (result: StepResult) => number) =>
    results.reduce((total, result) => total + count(result), 0);
  const [passed, failed, skipped] = [
    sum((result) => result.passed),
    sum(({ failures }) => failures.length),
    sum((result) => result.skipped),
  ];
  const rows = results.map((result) =>
    [
      result.failures.length === 0 ? '✓' : '✗',
      result.name.padEnd(width),
      `${result.seconds.toFixed(1)} s`.padStart(9),
      `${result.passed} passed`.padStart(13),
      result.failures.length === 0 ? '' : `${result.failures.length} failed`.padStart(11),
      result.skipped === 0 ? '' : `${result.skipped} skipped`.padStart(11),
    ]
      .join(' ')
      .trimEnd(),
  );
  const total = `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
  return [...rows, '', total].join('\n');
}

async function runStep(
  { name, needs = [], after = [], run }: Step,
  earlier: ReadonlyMap<string, Promise<StepResult>>,
): Promise<StepResult> {
  const needed = await Promise.all(needs.flatMap((need) => earlier.get(need) ?? []));
  await Promise.all(after.flatMap((other) => earlier.get(other) ?? []));
  const broken = needed.find(({ failures }) => failures.length > 0);
  if (broken !== undefined) {
    const failure = { title: `Not run, because ${broken.name} failed`, details: '' };
    return { name, seconds: 0, passed: 0, skipped: 0, failures: [failure], log: '' };
  }
  const startedAt = performance.now();
  const result = await run().catch((error: unknown) => ({
    passed: 0,
    skipped: 0,
    failures: [{ title: name, details: error instanceof Error ? error.message : String(error) }],
    log: '',
  }));
  return { name, seconds: (performance.now() - startedAt) / 1_000, ...result };
}

interface EventDetails {
  readonly fullTitle?: string;
  readonly duration?: number;
  readonly err?: string;
  readonly stack?: string;
  readonly pending?: number;
}

type EventName = 'start' | 'pass' | 'retry' | 'fail' | 'pending' | 'end';

/** Parses a line of output as an event. Returns `[undefined]` if the line isn't an event. */
function parseEvent(line: string): [EventName, EventDetails] | [undefined] {
  if (!/^\["(?:start|pass|retry|fail|pending|end)",\{.*\}\]$/.test(line)) {
    return [undefined];
  }
  try {
    return JSON.parse(line) as [EventName, EventDetails];
  } catch {
    return [undefined];
  }
}

function lastLines(output: string): string {
  return stripVTControlCharacters(output).trim().split('\n').slice(-30).join('\n');
}
