import { expect } from '@playwright/test';
import type { Emulator } from '../emulator/Emulator.ts';
import { cleanUpAfterAll, createFrozenClock, test } from './fixtures.ts';
import type { SequinPage } from './SequinPage.ts';

/** Products, units and dates, which are the same in every language. */
const untranslated =
  /Kafka|Kinesis|S2|SQS|Webhook|Redis (?:String|Stream)|GCP Pub\/Sub|Typesense|Sequin(?: Stream)?|\d+ ?(?:ms|s|min|h|d)\b|\b[AP]M\b|\b[A-Z][a-z]{2} \d+/g;

/** Collects all keys and strings in a value from the API. */
function collectTexts(value: unknown): string[] {
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, part]) => [key, ...collectTexts(part)]);
  }
  return typeof value === 'string' && value !== '' ? [value] : [];
}

test.describe('In another language', () => {
  cleanUpAfterAll();
  let emulator: Emulator;
  let sequin: SequinPage;
  /** All keys and strings that the server reports, longest first. */
  let data: string[];

  test.beforeAll(async ({ startEmulator, openWorkbench }) => {
    emulator = await startEmulator({ scenario: 'demo', clock: createFrozenClock() });
    sequin = await openWorkbench({
      connectedTo: emulator,
      windowEnv: { SEQUIN_PSEUDOLOCALIZE: '1' },
      viewport: { width: 1600, height: 900 },
    });
    await sequin.open();
    await sequin.expand(sequin.row('orders'));
    await expect(sequin.rows('public.')).not.toHaveCount(0);
    const responses = await Promise.all(
      ['/api/sinks', '/api/sinks/orders-to-kafka/backfills', '/api/postgres_databases'].map((path) =>
        fetch(new URL(path, emulator.url), { headers: { Authorization: `Bearer ${emulator.token}` } }),
      ),
    );
    const bodies = await Promise.all(responses.map((response) => response.json()));
    const texts = [new URL(emulator.url).host, ...collectTexts(bodies)];
    data = [...new Set(texts)].sort((a, b) => b.length - a.length);
  });

  /**
   * Removes data and translated text from a text, and returns the words that remain. Translated text is in brackets,
   * which can be nested.
   */
  function findEnglish(text: string): string {
    let rest = data.reduce(
      (remaining, part) => remaining.replaceAll(part, ' '),
      text.replace(untranslated, ' '),
    );
    for (let before = ''; before !== rest;) {
      before = rest;
      rest = rest.replace(/⟦[^⟦⟧]*⟧/g, ' ');
    }
    return rest.replace(/[^\p{L}]+/gu, ' ').trim();
  }

  function expectNoEnglish(texts: readonly (string | null)[]): void {
    expect(texts).not.toEqual([]);
    expect(texts.map((text) => findEnglish(text ?? '')).filter((text) => text !== '')).toEqual([]);
  }

  test('rows have no English text', async () => {
    expectNoEnglish(await sequin.rows().locator('.label-description').allInnerTexts());
    const rows = await sequin.rows().all();
    const names = await Promise.all(rows.map((row) => row.getAttribute('aria-label')));
    expectNoEnglish(names);
    await sequin.savePicture('languages-rows');
  });

  test('the page of a backfill has no English text', async () => {
    await sequin.openPage(sequin.row('public.'), /^public\./);
    const page = sequin.detail.locator('body');
    await expect(page).toContainText('⟦');
    expectNoEnglish([await page.innerText()]);
    await sequin.savePicture('languages-page');
  });

  test('hovers, pickers and the status bar have no English text', async () => {
    await sequin.expectHover(sequin.row('orders'), '⟦');
    expectNoEnglish([await sequin.hover.first().innerText()]);
    const items = sequin.statusBar.locator('[id^="sequin"]');
    expectNoEnglish(await items.allInnerTexts());
    await sequin.runCommand('Sequin: Pause Backfill');
    await sequin.input.getByText('⟦').first().waitFor();
    expectNoEnglish(await sequin.input.locator('.monaco-list-row').allInnerTexts());
    await sequin.savePicture('languages-picker');
    await sequin.page.keyboard.press('Escape');
  });
});
