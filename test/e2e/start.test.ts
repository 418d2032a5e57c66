import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { expect, test } from '@playwright/test';
import { runFromPalette } from '../host/palette.ts';
import { ProjectCopy } from '../scripts/ProjectCopy.ts';

test.describe('VS Code of npm start', () => {
  let npmStart: ChildProcess | undefined;

  test.afterEach(() => {
    npmStart?.kill('SIGTERM');
  });

  test('is connected, shows notification toasts and writes the log', async ({ page }) => {
    const { folder } = new ProjectCopy({ hasVscode: true });
    await page.goto(await startVscode(folder));
    await page.locator('.part.activitybar').getByRole('tab', { name: 'Sequin' }).click();
    await expect(
      page.locator('.part.sidebar').getByRole('treeitem', { name: /^orders-to-kafka/ }),
    ).toBeVisible({ timeout: 60_000 });

    await runFromPalette(page, 'Sequin: Go to sequin.yaml');
    await page.locator('.quick-input-widget').getByText('orders-to-kafka').first().click();
    await expect(page.locator('.notification-toast', { hasText: 'No sequin.yaml file' })).toBeVisible();

    await runFromPalette(page, 'Sequin: Show Log');
    await expect(page.locator('.part.panel .view-lines')).toContainText('Activated Sequin for VS Code');
  });

  /** Runs `npm start` and returns the address that it prints. */
  async function startVscode(folder: string): Promise<string> {
    const child = spawn(process.execPath, ['scripts/start.ts'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    npmStart = child;
    for await (const line of createInterface(child.stdout)) {
      const address = /^Open VS Code in a browser: (\S+)/.exec(line)?.[1];
      if (address !== undefined) {
        return address;
      }
    }
    throw new Error('npm start ended before it printed an address.');
  }
});
