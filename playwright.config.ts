import { defineConfig } from '@playwright/test';
import { chromiumArgs, findChromium } from './test/host/chromium.ts';

const executablePath = findChromium();

const workbenchTests = {
  // VS Code moves the focus and the rows at unpredictable moments, so a test that fails runs once more. npm test lists
  // the tests that ran twice.
  retries: 1,
  // On a busy machine, VS Code can take a long time to start an extension host or to load a webview. The limit is below
  // 120 s, because `npm test` stops a run that prints nothing for that long.
  timeout: 110_000,
  expect: { timeout: 40_000 },
  // The snapshots of a trace take as much CPU time as the tests, so only the second try of a test has a trace.
  use: { actionTimeout: 40_000, trace: { mode: 'on-first-retry', screenshots: false } },
  // Each workbench is a whole VS Code. npm test runs two halves of these tests at once, which keeps two cores busy.
  workers: 1,
} as const;

/**
 * `npx playwright test --project=page` tests the pages in a browser without VS Code, `--project=e2e` the whole
 * workbench, and `--project=vsix` the package `out/sequin.vsix`.
 */
export default defineConfig({
  forbidOnly: true,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  use: {
    actionTimeout: 15_000,
    screenshot: 'only-on-failure',
    // The screencast of a trace almost doubles the duration of short tests, and the snapshots take a fifth of it.
    trace: { mode: 'retain-on-failure', screenshots: false, snapshots: false },
    launchOptions: {
      ...(executablePath !== undefined && { executablePath }),
      args: chromiumArgs,
    },
  },
  projects: [
    {
      name: 'page',
      testDir: 'test/page',
      outputDir: 'out/playwright/page',
      fullyParallel: true,
    },
    { name: 'e2e', testDir: 'test/e2e', outputDir: 'out/playwright/e2e', ...workbenchTests },
    { name: 'vsix', testDir: 'test/vsix', outputDir: 'out/playwright/vsix', ...workbenchTests },
  ],
});
