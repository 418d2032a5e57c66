import assert from 'node:assert/strict';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { BackfillPage } from '../../src/detail/protocol.ts';
import { projectDir } from '../host/paths.ts';
import { key, PageAlone, PageServer } from './PageAlone.ts';
import { naughtyPage, naughtyTexts, page, states, type Shown } from './pages.ts';

describe('the page', () => {
  let server: PageServer;
  let alone: PageAlone;

  before(async () => {
    server = await PageServer.start();
  });
  after(() => server.stop());
  beforeEach(async () => {
    alone = await PageAlone.open(server);
  });
  afterEach(async () => {
    assert.deepEqual(alone.complaints, []);
    await alone.close();
  });

  const show = async (state: string): Promise<void> => {
    const shown: Shown | undefined = states[state];
    assert.ok(shown);
    await alone.show(shown);
  };
  const press = (name: string): Promise<void> => alone.page.getByRole('button', { name }).click();

  it('says that it listens, and which backfill it shows', async () => {
    assert.deepEqual(await alone.page.evaluate('host.sent'), [{ type: 'ready' }]);
    assert.deepEqual(await alone.kept(), { ...key, open: [], scrolled: 0 });
  });

  it('says what was pressed, by the mouse and by the keys, once each', async () => {
    await show('active');
    const { buttons } = page();
    for (const { label } of buttons) {
      await press(label);
    }
    const expected = buttons.map(({ id }) => ({ type: 'run', action: id }));
    assert.deepEqual(await alone.sent(), expected);

    await alone.page.setViewportSize({ width: 700, height: 500 });
    await alone.page.getByRole('button', { name: 'Copy ID' }).focus();
    const scrolled = await alone.page.evaluate('scrollY');
    await alone.page.keyboard.press('Enter');
    await alone.page.keyboard.press('Space');
    // A key that is held down.
    await alone.page.keyboard.down('Enter');
    await alone.page.keyboard.down('Enter');
    await alone.page.keyboard.up('Enter');
    await alone.drawn();
    assert.equal((await alone.sent()).length, expected.length + 3);
    assert.equal(await alone.page.evaluate('scrollY'), scrolled);
  });

  it('says nothing of a button that waits', async () => {
    await show('paused');
    await alone.page.getByRole('button', { name: 'Resume' }).click({ force: true });
    await alone.page.getByRole('button', { name: 'Resume' }).focus();
    await alone.page.keyboard.press('Enter');
    await alone.page.keyboard.press('Space');
    assert.deepEqual(await alone.sent(), []);
    await alone.page.getByText('resuming…').waitFor();
  });

  it('says what was pressed in its notice', async () => {
    await show('gone');
    await alone.page.getByRole('heading', { name: 'The server no longer has this backfill' }).waitFor();
    await press('Look Again');
    await show('disconnected');
    await press('Try Again');
    const refresh = { type: 'run', action: 'refresh' };
    assert.deepEqual(await alone.sent(), [refresh, refresh]);
  });

  it('opens another run, and marks this one', async () => {
    await show('active');
    await alone.page.getByRole('button', { name: '4 d ago, Open this run' }).click();
    assert.deepEqual(await alone.sent(), [
      { type: 'openRun', backfillId: '00000002-0000-4000-8000-000000000000' },
    ]);
    const marked = alone.page.locator('[aria-current=true]');
    assert.match((await marked.textContent()) ?? '', /4 min ago/);
    assert.equal(await marked.getByRole('button').count(), 0);
  });

  it('has the parts in the order in which they are read', async () => {
    await show('stalled');
    const headings = await alone.page.locator('main :is(h1, h2):visible').allTextContents();
    assert.deepEqual(headings, [
      'public.orders',
      'No row has moved for 2 min',
      'Health of the sink',
      'Rows over time',
      'Timeline',
      'Runs of this table',
      'Details',
      'As JSON',
    ]);
    assert.equal(await alone.page.title(), 'public.orders');
    assert.equal(await alone.page.getByRole('main').count(), 1);
  });

  it('is gone through by the keyboard from top to bottom', async () => {
    await show('disconnected');
    const names: string[] = [];
    for (let step = 0; step < 16; step++) {
      await alone.page.keyboard.press('Tab');
      names.push(
        await alone.page.evaluate<string>(
          `((element) => element.matches('body, html') ? '' : element.getAttribute('aria-label') ?? element.textContent.trim())(document.activeElement)`,
        ),
      );
    }
    assert.deepEqual(names.slice(0, names.indexOf('')), [
      'Try Again',
      'Pause',
      'Cancel Backfill…',
      'Open in Sequin Console',
      'Copy ID',
      'Copy as cURL',
      'Rows over time',
      'Show as a table',
      ...['2 d', '3 d', '4 d', '7 d'].map((ago) => `${ago} ago, Open this run`),
      'As JSON',
      'Copy as JSON',
    ]);
  });

  it('shows how far it is, and no bar where nobody knows and nothing runs', async () => {
    await show('active');
    const bar = alone.page.getByRole('progressbar', { name: 'Progress' });
    assert.equal(await bar.getAttribute('value'), '0.6725');
    await alone.page.getByText('1,345,028 of 2,000,000 rows').waitFor();
    await alone.show({ page: page({ fraction: null, percent: null }), notice: null });
    assert.equal(await bar.getAttribute('value'), null);
    assert.equal(await alone.page.locator('.percent').isVisible(), false);
    const state = { id: 'cancelled', name: 'Cancelled', icon: 'circle-slash' };
    await alone.show({ page: page({ fraction: null, percent: null, state }), notice: null });
    assert.equal(await bar.isVisible(), false);
  });

  it('takes off what there is nothing of', async () => {
    await show('stalled');
    const bare: Partial<BackfillPage> = {
      subtitle: '',
      figures: [],
      checks: [],
      timeline: [],
      facts: [],
      buttons: [],
      runs: { summary: null, columns: [], rows: [], note: null },
    };
    await alone.show({ page: page(bare), notice: null });
    const headings = await alone.page.locator('main :is(h1, h2):visible').allTextContents();
    assert.deepEqual(headings, ['public.orders', 'Rows over time', 'Runs of this table', 'As JSON']);
    assert.deepEqual(await alone.barriers(), []);
    await show('gone');
    assert.deepEqual(await alone.page.locator('main :is(h1, h2):visible').count(), 1);
  });

  it('shows every text as it is, and runs none of it', async () => {
    const naughty = naughtyPage(naughtyTexts);
    await alone.show({ page: naughty, notice: null });
    await alone.page.locator('.json summary').click();
    const texts = (selector: string): Promise<string[]> => alone.page.locator(selector).allTextContents();
    assert.deepEqual(await texts('.facts dd'), naughtyTexts);
    assert.deepEqual(
      await texts('.facts dt'),
      naughty.facts.map(({ label }) => label),
    );
    assert.deepEqual(
      await texts('.timeline .text'),
      naughty.timeline.map(({ text }) => text),
    );
    assert.deepEqual(
      await texts('.checks p'),
      naughty.checks.map(({ error }) => error),
    );
    assert.deepEqual(
      await texts('.runs tbody tr td:not(:first-child)'),
      naughty.runs.rows.flatMap(({ cells }) => cells.slice(1)),
    );
    assert.deepEqual(await texts('pre div'), naughty.json.split('\n'));
    assert.deepEqual(await texts('h1'), [naughty.title]);
    const foreign =
      'img, script, iframe, object, embed, video, audio, svg, a, form, input, link, style, b, marquee';
    assert.equal(await alone.page.locator('main').locator(foreign).count(), 0);
    assert.equal(await alone.overhang(), 0);
  });

  it('is no larger than 150 kB', async () => {
    const { outputFiles } = await build({
      entryPoints: [join(projectDir, 'src/detail/page/main.ts')],
      bundle: true,
      minify: true,
      write: false,
      format: 'iife',
      platform: 'browser',
      target: 'chrome138',
      legalComments: 'none',
    });
    const size = outputFiles[0]?.contents.length ?? Infinity;
    console.log(`      ${Math.ceil(size / 1_000)} kB`);
    assert.ok(size <= 150_000);
  });
});
