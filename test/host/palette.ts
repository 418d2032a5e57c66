import { errors, type Page } from '@playwright/test';

const maxAttempts = 5;

/** Opens the Command Palette, searches for a command and runs the first match. */
export async function runFromPalette(page: Page, command: string): Promise<void> {
  const widget = page.locator('.quick-input-widget');
  for (let attempt = 1; ; attempt += 1) {
    await page.keyboard.press('F1');
    try {
      await widget.locator('input').fill(`>${command}`, { timeout: 3_000 });
      await widget.getByRole('option', { name: command }).first().click({ timeout: 3_000 });
      return;
    } catch (error) {
      // The palette closes when the focus moves, such as shortly after a page was closed.
      if (!(error instanceof errors.TimeoutError) || attempt === maxAttempts) {
        throw error;
      }
    }
  }
}
