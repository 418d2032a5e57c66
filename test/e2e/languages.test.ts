import { expect } from '@playwright/test';
import type { Emulator } from '../emulator/Emulator.ts';
import { cleanUpAfterAll, frozenClock, test } from './fixtures.ts';
import type { SequinPage } from './SequinPage.ts';

/** Products, units and dates, which are the same in every language. */
const untranslated =
  /Kafka|Kinesis|S2|SQS|Webhook|Redis (?:String|Stream)|GCP Pub\/Sub|Typesense|Sequin(?: Stream)?|\d+ ?(?:ms|s|min|h|d)\b|\b[AP]M\b|\b[A-Z][a-z]{2} \d+/g;

/** The keys and the texts in a value of the API. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, part]) => [key, ...textsIn(part)]);
  }
  return typeof value === 'string' && value !== '' ? [value] : [];
}

test.describe('In another language', () => {
  cleanUpAfterAll();
  let emulator: Emulator;
  let sequin: SequinPage;
  /** What the server reports, longest first. */
  let data: string[];

  test.beforeAll(async ({ startEmulator, openWorkbench }) => {
    emulator = await startEmulator({ scenario: 'demo', clock: frozenClock() });
    sequin = await openWorkbench({
      connectedTo: emulator,
      env: { SEQUIN_PSEUDOLOCALIZE: '1' },
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
    const texts = [new URL(emulator.url).host, ...textsIn(bodies)];
    data = [...new Set(texts)].sort((a, b) => b.length - a.length);
  });

  /** Removes the data and the translated texts, which are in brackets and may contain each other. */
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

  const findEnglishIn = (texts: readonly (string | null)[]): string[] =>
    texts.map((text) => findEnglish(text ?? '')).filter((text) => text !== '');

  test('rows have no English text', async () => {
    expect(findEnglishIn(await sequin.rows().locator('.label-description').allInnerTexts())).toEqual([]);
    const rows = await sequin.rows().all();
    const names = await Promise.all(rows.map((row) => row.getAttribute('aria-label')));
    expect(findEnglishIn(names)).toEqual([]);
    await sequin.savePicture('languages-rows');
  });

  test('the page has no English text', async () => {
    await sequin.row('public.').click();
    const page = sequin.detail.locator('body');
    await expect(page).toContainText('⟦');
    expect(findEnglish(await page.innerText())).toBe('');
    await sequin.savePicture('languages-page');
  });

  test('hovers, pickers and the status bar have no English text', async () => {
    await sequin.expectHover(sequin.row('orders'), '⟦');
    expect(findEnglish(await sequin.hover.first().innerText())).toBe('');
    const items = sequin.statusBar.locator('[id^="sequin"]');
    expect(findEnglishIn(await items.allInnerTexts())).toEqual([]);
    await sequin.runCommand('Sequin: Pause Backfill');
    await sequin.input.getByText('⟦').first().waitFor();
    expect(findEnglishIn(await sequin.input.getByRole('option').allInnerTexts())).toEqual([]);
    await sequin.savePicture('languages-picker');
    await sequin.page.keyboard.press('Escape');
  });
});
