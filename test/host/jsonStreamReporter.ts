import { stripVTControlCharacters } from 'node:util';

import type { FullResult, Reporter, TestCase, TestError, TestResult } from '@playwright/test/reporter';

/** A Playwright reporter in the format of mocha's `json-stream` reporter: one line of JSON for each finished test. */
export default class JsonStreamReporter implements Reporter {
  onTestEnd(test: TestCase, { status, duration, errors }: TestResult): void {
    const fullTitle = test.titlePath().filter(Boolean).join(' › ');
    if (status === 'skipped') {
      print('pending', { fullTitle });
    } else if (status === test.expectedStatus) {
      print('pass', { fullTitle, duration });
    } else {
      print('fail', { fullTitle, duration, err: status, stack: errors.map(describe).join('\n') });
    }
  }

  /** Handles an error outside of a test, such as a file that can't be loaded. */
  onError(error: TestError): void {
    print('fail', { fullTitle: 'Playwright', err: error.message ?? '', stack: describe(error) });
  }

  onEnd({ status }: FullResult): void {
    print('end', { status });
  }

  printsToStdio(): boolean {
    return true;
  }
}

function describe({ stack, message, value, snippet }: TestError): string {
  return stripVTControlCharacters([stack ?? message ?? value, snippet].filter(Boolean).join('\n'));
}

function print(event: string, details: object): void {
  process.stdout.write(`${JSON.stringify([event, details])}\n`);
}
