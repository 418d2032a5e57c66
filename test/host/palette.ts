import { errors, type Page } from '@playwright/test';

const tries = 5;

/** Opens the command palette, looks for a command in it and runs the first that is found. */
export async function runFromPalette(page: Page, command: string): Promise<void> {
  const widget = page.locator('.quick-input-widget');
  for (let attempt = 1; ; attempt += 1) {
    await page.keyboard.press('F1');
    try {
      await widget.locator('input').fill(`>${command}`, { timeout: 3_000 });
      await widget.getByRole('option', { name: command }).first().click({ timeout: 3_000 });
      return;
    } catch (error) {
      // It closes by itself when the focus moves just then, as it does when a page was closed before.
      if (!(error instanceof errors.TimeoutError) || attempt === tries) throw error;
    }
  }
}
