import { join } from 'node:path';
import { format } from 'node:util';
import type { Page } from '@playwright/test';
import { projectDir } from '../host/paths.ts';
import { Workbench } from '../host/Workbench.ts';
import type { EmulatorProcess } from './EmulatorProcess.ts';

/** From a click on the view's icon to the first sink on the screen, in milliseconds. */
export interface FirstRow {
  readonly fromServer: number;
  /** With a server that does not answer. */
  readonly fromSnapshot: number;
}

/** Opens the view in a new VS Code, and in the same one when its window was loaded again. */
export async function firstRow(emulator: EmulatorProcess): Promise<FirstRow> {
  let connected = Promise.withResolvers<undefined>();
  const workbench = await Workbench.open({
    version: 'newest',
    env: { SEQUIN_BENCH_ADDRESS: emulator.url, SEQUIN_BENCH_TOKEN: emulator.token },
    // With notices, the server would be asked before the view is opened.
    settings: { 'sequin.notifications': 'off' },
    extensionTestsPath: join(projectDir, 'out/bench/connected.cjs'),
    onTestLog: (...args) => {
      if (format(...args).includes('The bench is connected')) {
        connected.resolve(undefined);
      }
    },
  });
  const { page } = workbench;
  await connected.promise;
  const fromServer = await openView(page);

  // The next window must not have the view open from the start.
  await page.locator('.part.activitybar').getByRole('tab', { name: 'Explorer' }).click();
  await emulator.tell({ hang: true });
  connected = Promise.withResolvers();
  await workbench.reload();
  await connected.promise;
  const fromSnapshot = await openView(page);
  await emulator.tell({ hang: false });
  await workbench.close();
  return { fromServer, fromSnapshot };
}

/** Clicks, and measures inside the page, where no message between processes comes in between. */
async function openView(page: Page): Promise<number> {
  return page.evaluate<number>(`new Promise((resolve) => {
    const icon = document.querySelector('.part.activitybar [aria-label^="Sequin"]');
    const begun = performance.now();
    const onScreen = (then) => requestAnimationFrame(() => requestAnimationFrame(then));
    const observer = new MutationObserver(() => {
      const rows = [...document.querySelectorAll('.part.sidebar [role=treeitem]')];
      if (rows.some((row) => row.textContent.includes('sink-'))) {
        observer.disconnect();
        onScreen(() => resolve(performance.now() - begun));
      }
    });
    observer.observe(document.body, { childList: true, subtree: true, characterData: true });
    for (const type of ['mousedown', 'mouseup', 'click']) {
      icon.dispatchEvent(new MouseEvent(type, { bubbles: true, button: 0 }));
    }
  })`);
}
