import assert from 'node:assert/strict';
import type { Locator } from '@playwright/test';
import type { BackfillPage } from '../../src/detail/protocol.ts';
import { key, PageAlone, PageServer } from './PageAlone.ts';
import { chartOf, page, states } from './pages.ts';

/** The page some seconds later: what moves on a running backfill's page has moved. */
function later(different: Partial<BackfillPage> = {}): BackfillPage {
  const before = page();
  return page({
    fraction: 0.7,
    percent: '70%',
    progress: '1,400,000 of 2,000,000 rows',
    figures: before.figures.map((figure) => ({ ...figure, value: `${figure.value}!` })),
    chart: { ...chartOf(130), rowsInitial: 2_000_000 },
    facts: before.facts.map((fact) =>
      fact.label.startsWith('rows_processed') ? { ...fact, value: '1,400,000' } : fact,
    ),
    json: before.json.replace('1345028', '1400000'),
    ...different,
  });
}

describe('the page while it is updated', () => {
  let server: PageServer;
  let alone: PageAlone;

  before(async () => {
    server = await PageServer.start();
  });
  after(() => server.stop());
  beforeEach(async () => {
    alone = await PageAlone.open(server);
    await alone.show({ page: page(), notice: null });
  });
  afterEach(async () => {
    assert.deepEqual(alone.complaints, []);
    await alone.close();
  });

  const button = (name: string): Locator => alone.page.getByRole('button', { name, exact: true });
  const focused = (): Promise<string> =>
    alone.page.evaluate<string>('document.activeElement.textContent || document.activeElement.tagName');

  it('leaves the focus on a button that waits, and that becomes another one', async () => {
    await button('Pause').focus();
    await alone.page.keyboard.press('Enter');
    const waiting = page().buttons.map((shown) => ({ ...shown, enabled: false }));
    await alone.show({ page: page({ buttons: waiting, underWay: 'pausing…' }), notice: null });
    assert.equal(await focused(), 'Pause');
    assert.equal(await button('Pause').getAttribute('aria-disabled'), 'true');

    const { buttons } = states['paused']?.page ?? page();
    await alone.show({
      page: page({ buttons: buttons.map((shown) => ({ ...shown, enabled: true })) }),
      notice: null,
    });
    assert.equal(await focused(), 'Resume');
    await alone.page.keyboard.press('Enter');
    assert.deepEqual(await alone.sent(), [
      { type: 'run', action: 'pauseBackfill' },
      { type: 'run', action: 'resumeBackfill' },
    ]);
  });

  it('lets whoever pressed a button that is gone go on from where it was', async () => {
    await button('Cancel Backfill…').focus();
    await alone.show({ page: page({ buttons: page().buttons.slice(2) }), notice: null });
    assert.equal(await alone.page.evaluate('document.activeElement.className'), 'buttons');
    await alone.page.keyboard.press('Tab');
    assert.equal(await focused(), 'Open in Sequin Console');
  });

  it('leaves the focus on a run while runs come above it', async () => {
    await alone.page.getByRole('button', { name: '3 d ago' }).focus();
    const { runs } = page();
    const [first] = runs.rows;
    assert.ok(first);
    const rows = [{ ...first, backfillId: 'new', isThis: false }, ...runs.rows];
    await alone.show({ page: later({ runs: { ...runs, rows } }), notice: null });
    assert.equal(await focused(), '3 d ago');
    assert.equal(await alone.page.locator('.runs tbody tr').count(), 6);
    assert.match((await alone.page.locator('.runs tbody tr').first().textContent()) ?? '', /^4 min ago/);
  });

  it('leaves a selection where it is', async () => {
    for (const selector of ['.subtitle', '.facts dd >> nth=0', 'pre div >> nth=1']) {
      await alone.page.evaluate(`document.querySelector('.json details').open = true`);
      await alone.show({ page: page(), notice: null });
      await alone.page.locator(selector).selectText();
      const selected = await alone.page.evaluate<string>('getSelection().toString()');
      assert.notEqual(selected, '');
      await alone.show({
        page: later({ underWay: 'pausing…' }),
        notice: states['disconnected']?.notice ?? null,
      });
      assert.equal(await alone.page.evaluate('getSelection().toString()'), selected, selector);
    }
  });

  it('leaves what is open and what is scrolled as they are', async () => {
    await alone.page.getByText('Show as a table').click();
    await alone.page.getByText('As JSON', { exact: true }).click();
    await alone.page.evaluate(`document.querySelector('.data').scrollTop = 500`);
    await alone.page.evaluate('window.scrollTo(0, 400)');
    await alone.show({ page: later(), notice: null });
    assert.equal(await alone.page.locator('details[open]').count(), 2);
    assert.equal(await alone.page.evaluate('scrollY'), 400);
    assert.equal(await alone.page.evaluate(`document.querySelector('.data').scrollTop`), 500);
    assert.match((await alone.page.locator('pre').textContent()) ?? '', /1400000/);
  });

  it('leaves the cursor of the chart at its time, also when earlier points are thinned out', async () => {
    await alone.page.getByRole('slider').focus();
    for (const arrow of ['Home', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowRight']) {
      await alone.page.keyboard.press(arrow);
    }
    const before = await alone.readings();
    assert.match(before.time, /2:00:08/);
    const chart = chartOf(300);
    await alone.show({ page: later({ chart }), notice: null });
    assert.deepEqual(await alone.readings(), before);
    const thin = <T>(list: readonly T[]): T[] => list.filter((_, index) => index % 2 === 0);
    await alone.show({
      page: later({
        chart: { ...chart, times: thin(chart.times), rows: thin(chart.rows), rates: thin(chart.rates) },
      }),
      notice: null,
    });
    assert.deepEqual(await alone.readings(), before);
  });

  it('keeps the canvas, and draws on it anew', async () => {
    const canvas = alone.page.locator('canvas');
    const before = await canvas.elementHandle();
    const picture = await canvas.evaluate((drawn: { toDataURL(): string }) => drawn.toDataURL());
    await alone.show({ page: later(), notice: null });
    const after = await canvas.elementHandle();
    assert.ok(await before.evaluate((one: unknown, other: unknown) => one === other, after));
    assert.notEqual(await canvas.evaluate((drawn: { toDataURL(): string }) => drawn.toDataURL()), picture);
  });

  it('touches only what has changed', async () => {
    await alone.page.evaluate(`{
      window.touched = new Set();
      const place = (node) => (node.closest ? node : node.parentElement)?.closest('main > *, section, dl')?.className;
      new MutationObserver((records) => {
        for (const { target } of records) touched.add(place(target));
      }).observe(document.querySelector('main'), {
        subtree: true, childList: true, characterData: true, attributes: true,
      });
    }`);
    await alone.show({ page: page({ percent: '71%', spoken: 'Active, 70%' }), notice: null });
    assert.deepEqual(await alone.page.evaluate('[...touched]'), ['progress', 'visually-hidden']);
    await alone.page.evaluate('touched.clear()');
    await alone.show({ page: page({ percent: '71%', spoken: 'Active, 70%' }), notice: null });
    assert.deepEqual(await alone.page.evaluate('[...touched]'), []);
  });

  it('says only what changed, and nothing when it is opened', async () => {
    const region = alone.page.locator('[aria-live]');
    const said = async (spoken: string): Promise<string | null> => {
      await alone.show({ page: page({ spoken }), notice: null });
      return region.textContent();
    };
    assert.equal(await region.textContent(), '');
    assert.equal(await said('Active, 60%'), '');
    assert.equal(await said('Active, 70%'), 'Active, 70%');
    await alone.page.evaluate(`{
      window.said = 0;
      new MutationObserver(() => { said += 1; }).observe(document.querySelector('[aria-live]'), { childList: true });
    }`);
    assert.equal(await said('Active, 70%'), 'Active, 70%');
    assert.equal(await alone.page.evaluate('said'), 0);
    assert.equal(await said('Stalled'), 'Stalled');
    assert.equal(await alone.page.evaluate('said'), 1);
  });

  it('comes back as it was left when it was hidden', async () => {
    await alone.page.getByText('Show as a table').click();
    // The page is not long enough to be scrolled so far before the table is filled.
    await alone.page.locator('.data tbody tr').first().waitFor();
    await alone.page.evaluate('window.scrollTo(0, 300)');
    // A function, not a text: the page's policy forbids to make a text into code at a later look.
    await alone.page.waitForFunction(
      () => (globalThis as unknown as { host: { state: { scrolled?: number } } }).host.state.scrolled === 300,
    );
    const state = await alone.kept();
    assert.deepEqual(state, { ...key, open: ['data'], scrolled: 300 });

    const again = await PageAlone.open(server, { state });
    await again.show({ page: null, notice: { text: 'Loading…', severity: 'info', action: null } });
    await again.show({ page: page(), notice: null });
    assert.equal(await again.page.locator('.data tbody tr').count(), 120);
    assert.equal(await again.page.evaluate('scrollY'), 300);
    assert.deepEqual(again.complaints, []);
    await again.close();
  });

  it('drops what is no message of ours', async () => {
    for (const data of [
      null,
      'show',
      { type: 'show' },
      { type: 'other' },
      { type: 'show', page: {}, notice: null },
    ]) {
      await alone.page.evaluate((sent) => {
        (globalThis as unknown as { postMessage(sent: unknown, target: string): void }).postMessage(
          sent,
          '*',
        );
      }, data);
    }
    await alone.drawn();
    assert.equal(await alone.page.locator('h1').textContent(), 'public.orders');
  });
});
