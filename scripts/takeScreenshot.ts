import { Workbench, type WorkbenchOptions } from '../test/host/Workbench.ts';

/** Takes a picture of VS Code with the Sequin view open and its first row expanded. */
export async function takeScreenshot(
  file: string,
  options: Pick<WorkbenchOptions, 'env' | 'theme'>,
): Promise<void> {
  const workbench = await Workbench.open({ version: 'newest', ...options });
  const { page } = workbench;
  await page.locator('.part.activitybar').getByRole('tab', { name: 'Sequin' }).click();

  const rows = page.locator('.part.sidebar').getByRole('treeitem');
  // A row that says that the others are on their way has nothing to expand.
  await rows.and(page.locator('[aria-expanded]')).first().waitFor();
  if ((await rows.first().getAttribute('aria-expanded')) === 'false') {
    const count = await rows.count();
    await rows.first().click();
    await rows.nth(count).waitFor();
  }
  // What the mouse rests on shows a hover.
  const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
  await page.mouse.move(width / 2, height / 2);
  await page.locator('.monaco-hover:visible').waitFor({ state: 'hidden' });
  await page.screenshot({ path: file });
  await workbench.close();
}
