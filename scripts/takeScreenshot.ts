import { Workbench, type WorkbenchOptions } from '../test/host/Workbench.ts';

/** Takes a picture of VS Code with the Sequin view open and its first row expanded. */
export async function takeScreenshot(
  file: string,
  options: Pick<WorkbenchOptions, 'env' | 'theme'>,
): Promise<void> {
  const workbench = await Workbench.open({ version: 'newest', ...options });
  const { page } = workbench;
  await page.locator('.part.activitybar').getByRole('tab', { name: 'Sequin' }).click();

  // The name of the view depends on the language.
  const rows = page.locator('.part.sidebar').getByRole('tree').first().getByRole('treeitem');
  // The first row may be "Loading…". Without sinks, no row can be expanded.
  await rows
    .filter({ hasNot: page.locator('.codicon-loading') })
    .first()
    .waitFor();
  if ((await rows.first().getAttribute('aria-expanded')) === 'false') {
    const count = await rows.count();
    await rows.first().locator('.monaco-tl-twistie').click();
    await rows.nth(count).waitFor();
    await rows.locator('.codicon-loading').waitFor({ state: 'detached' });
  }
  // Move the mouse away from the row: its hover would cover others.
  const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
  await page.mouse.move(width / 2, height / 2);
  await page.locator('.monaco-hover:visible').waitFor({ state: 'hidden' });
  await page.screenshot({ path: file });
  await workbench.close();
}
