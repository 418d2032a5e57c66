import { stripVTControlCharacters } from 'node:util';
import type {
  FullResult,
  Reporter,
  TestCase,
  TestError,
  TestResult,
  TestStep,
} from '@playwright/test/reporter';

/**
 * A Playwright reporter in the format of mocha's `json-stream` reporter: one line of JSON for each finished test. A
 * failure that is followed by another try is a "retry". If a test in a serial group fails, all tests of the group run
 * again. A test that passes twice is reported only once.
 */
export default class JsonStreamReporter implements Reporter {
  readonly #passedIds = new Set<string>();

  onStepBegin(test: TestCase, _result: TestResult, step: TestStep): void {
    this.#reportProgress(test, step);
  }

  onStepEnd(test: TestCase, _result: TestResult, step: TestStep): void {
    this.#reportProgress(test, step);
  }

  onTestEnd(test: TestCase, { status, duration, errors, retry }: TestResult): void {
    const fullTitle = getFullTitle(test);
    const stack = errors.map(formatError).join('\n');
    if (status === 'skipped') {
      // After a failure in a serial group, the following tests are skipped until the next try.
      if (test.expectedStatus === 'skipped' || retry === test.retries) {
        print('pending', { fullTitle });
      }
    } else if (status === test.expectedStatus) {
      if (!this.#passedIds.has(test.id)) {
        this.#passedIds.add(test.id);
        print('pass', { fullTitle, duration });
      }
    } else {
      print(retry < test.retries ? 'retry' : 'fail', { fullTitle, duration, err: status, stack });
    }
  }

  /** Handles an error outside of a test, such as a file that can't be loaded. */
  onError(error: TestError): void {
    print('fail', { fullTitle: 'Playwright', err: error.message ?? '', stack: formatError(error) });
  }

  onEnd({ status }: FullResult): void {
    print('end', { status });
  }

  /** Reports when a hook begins or ends. It may take as long as a test, and a run that prints nothing is stopped. */
  #reportProgress(test: TestCase, { category, title }: TestStep): void {
    if (category === 'hook') {
      print('start', { fullTitle: `${getFullTitle(test)} › ${title}` });
    }
  }

  printsToStdio(): boolean {
    return true;
  }
}

function getFullTitle(test: TestCase): string {
  return test.titlePath().filter(Boolean).join(' › ');
}

function formatError({ stack, message, value, snippet }: TestError): string {
  return stripVTControlCharacters([stack ?? message ?? value, snippet].filter(Boolean).join('\n'));
}

function print(event: string, details: object): void {
  process.stdout.write(`${JSON.stringify([event, details])}\n`);
}
