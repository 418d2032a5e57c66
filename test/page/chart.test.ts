import assert from 'node:assert/strict';
import { PageAlone, plainSpaces, PageServer, type ThemeName } from './PageAlone.ts';
import { began, chartOf, page, states } from './pages.ts';
import themesFile from './themes.json' with { type: 'json' };

const { chart } = page();
const count = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const timeOfDay = new Intl.DateTimeFormat('en', { timeStyle: 'medium', timeZone: 'Europe/Berlin' });

/** What is to be read off at a point. */
function expected(index: number): { rows: string; time: string; rate: string } {
  const rate = chart.rates[index] ?? null;
  return {
    rows: count.format(chart.rows[index] ?? NaN),
    time: plainSpaces(timeOfDay.format((chart.times[index] ?? NaN) * 1_000)),
    rate: rate === null ? '–' : count.format(rate),
  };
}

describe('the chart of the page', () => {
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

  it('shows the last values, and those under the mouse', async () => {
    const plot = alone.page.getByRole('slider');
    assert.deepEqual(await alone.readings(), expected(119));
    const { width } = (await plot.boundingBox()) ?? { width: 0 };
    for (const index of [0, 1, 50, 77, 118]) {
      await plot.hover({ position: { x: Math.min(width - 1, (width * index) / 119 + 1), y: 60 } });
      assert.deepEqual(await alone.readings(), expected(index));
    }
    await alone.page.mouse.move(5, 5);
    assert.deepEqual(await alone.readings(), expected(119));
  });

  it('does not jump while the mouse moves over it', async () => {
    const plot = alone.page.getByRole('slider');
    const { x = 0, y = 0, width = 0 } = (await plot.boundingBox()) ?? {};
    for (const share of [0.1, 0.4, 0.65, 0.8, 0.99]) {
      await alone.page.mouse.move(x + width * share, y + 50);
      await alone.drawn();
      const box = await plot.boundingBox();
      assert.deepEqual([box?.x, box?.y, box?.width], [x, y, width]);
    }
  });

  it('is read by the keys, which say what there is', async () => {
    const plot = alone.page.getByRole('slider', { name: 'Rows over time' });
    const press = async (name: string): Promise<void> => {
      await alone.page.keyboard.press(name);
    };
    await alone.page.getByRole('button', { name: 'Copy as cURL' }).focus();
    await press('Tab');
    assert.equal(await alone.page.evaluate('document.activeElement.role'), 'slider');
    assert.deepEqual(await alone.readings(), expected(119));
    const steps: readonly [string, number][] = [
      ['ArrowLeft', 118],
      ['ArrowRight', 119],
      ['ArrowRight', 119],
      ['PageDown', 109],
      ['Home', 0],
      ['ArrowLeft', 0],
      ['PageUp', 10],
      ['ArrowUp', 11],
      ['ArrowDown', 10],
      ['End', 119],
    ];
    for (const [name, index] of steps) {
      await press(name);
      assert.deepEqual(await alone.readings(), expected(index), name);
      assert.equal(await plot.getAttribute('aria-valuenow'), `${index}`);
    }
    assert.equal(await plot.getAttribute('aria-valuemax'), '119');
    await press('Home');
    for (let index = 0; index < 50; index++) {
      await press('ArrowRight');
    }
    const { rows, time } = expected(50);
    assert.equal(
      plainSpaces((await plot.getAttribute('aria-valuetext')) ?? ''),
      `${time}, Rows ${rows}, Rows per second –, Paused`,
    );
    assert.equal(await alone.page.locator('.legend .here').textContent(), 'Paused');
    await press('Tab');
    assert.deepEqual(await alone.readings(), expected(119));
  });

  it('is a picture with a name, and the same as a table', async () => {
    await alone.page.getByRole('img', { name: 'Rows over time' }).waitFor();
    const table = alone.page.getByRole('region', { name: 'Show as a table' });
    assert.equal(await alone.page.locator('.data td').count(), 0);
    await alone.page.getByText('Show as a table').click();
    const rows = alone.page.locator('.data tbody tr');
    await rows.nth(119).waitFor();
    assert.equal(await rows.count(), 120);
    const cells = await table.locator('td').allTextContents();
    const shown = chart.times.flatMap((_, index) => {
      const { time, rows: done, rate } = expected(index);
      return [time, done, rate];
    });
    assert.deepEqual(cells.map(plainSpaces), shown);
    assert.deepEqual(await table.locator('th').allTextContents(), ['Time', 'Rows', 'Rows per second']);

    await alone.show({ page: page({ chart: chartOf(130) }), notice: null });
    assert.equal(await rows.count(), 130);
    await alone.page.getByText('Show as a table').click();
    await alone.show({ page: page({ chart: chartOf(140) }), notice: null });
    assert.equal(await rows.count(), 130);
  });

  it('says what there is in place of a chart of less than two points, and draws as soon as there are two', async () => {
    await alone.close();
    alone = await PageAlone.open(server);
    await alone.show({ page: page({ chart: chartOf(1) }), notice: null });
    await alone.page.getByText('There is nothing to draw yet').waitFor();
    assert.equal(await alone.page.locator('canvas').isVisible(), false);
    await alone.show({ page: page({ chart: chartOf(2) }), notice: null });
    await alone.page.locator('canvas').waitFor();
    assert.equal(await alone.page.getByText('There is nothing to draw yet').isVisible(), false);
    assert.ok((await colorsOn()).size > 2);
  });

  it('names what lies behind the lines, once each', async () => {
    const entries = alone.page.locator('.legend li');
    assert.deepEqual(await entries.allTextContents(), [
      'Paused',
      'Nobody looked',
      'The reader started again',
    ]);
    const [span] = chart.spans;
    assert.ok(span);
    const twice = { ...chart, spans: [span, { ...span, from: began, to: began + 20 }], marks: [] };
    await alone.show({ page: page({ chart: twice }), notice: null });
    assert.deepEqual(await entries.allTextContents(), ['Paused']);
  });

  it('is as wide as there is room', async () => {
    for (const width of [1280, 420, 900]) {
      await alone.page.setViewportSize({ width, height: 900 });
      await alone.drawn();
      const { width: room } = (await alone.page.locator('.plot').boundingBox()) ?? {};
      const { width: drawn } = (await alone.page.locator('canvas').boundingBox()) ?? {};
      assert.equal(drawn, room);
    }
  });

  /** The colours on the canvas that are not mixed with others, as `#rrggbb`. */
  async function colorsOn(): Promise<Set<string>> {
    const colors = await alone.page.evaluate<string[]>(`(() => {
      const canvas = document.querySelector('canvas');
      const copy = Object.assign(document.createElement('canvas'), { width: canvas.width, height: canvas.height });
      const context = copy.getContext('2d', { willReadFrequently: true });
      context.drawImage(canvas, 0, 0);
      const { data } = context.getImageData(0, 0, copy.width, copy.height);
      const colors = new Set();
      for (let at = 0; at < data.length; at += 4) {
        if (data[at + 3] === 255) {
          colors.add('#' + [0, 1, 2].map((part) => data[at + part].toString(16).padStart(2, '0')).join(''));
        }
      }
      return [...colors];
    })()`);
    return new Set(colors);
  }

  it('has the colours of the theme, and takes another one on at once', async () => {
    const blueOf = (theme: ThemeName): string => themesFile.themes[theme].variables['--vscode-charts-blue'];
    for (const theme of ['dark', 'newest-light', 'newest-dark'] as const) {
      if (theme !== 'dark') await alone.theme(theme);
      const colors = await colorsOn();
      assert.ok(colors.has(blueOf(theme)), theme);
      assert.equal(theme === 'dark' || !colors.has(blueOf('dark')), true, theme);
    }
  });

  it('tells its lines apart without colour where contrast is high', async () => {
    await alone.page.evaluate(`{
      window.dashes = [];
      const { setLineDash } = CanvasRenderingContext2D.prototype;
      CanvasRenderingContext2D.prototype.setLineDash = function (dash) {
        dashes.push(dash.join());
        setLineDash.call(this, dash);
      };
    }`);
    const isDashed = async (theme: ThemeName): Promise<boolean> => {
      await alone.page.evaluate('dashes.length = 0');
      await alone.theme(theme);
      return (await alone.page.evaluate<string[]>('dashes')).includes('6,4');
    };
    assert.deepEqual(
      [
        await isDashed('light'),
        await isDashed('hc-dark'),
        await isDashed('dark'),
        await isDashed('hc-light'),
      ],
      [false, true, false, true],
    );
  });

  it('draws whatever times and numbers there are', async () => {
    const charts = [
      { ...chartOf(2), rows: [0, 0], rates: [null, 0] },
      { ...chartOf(2), times: [began, began], rows: [5, 7], rates: [null, 3] },
      {
        ...chartOf(3),
        rows: [0, 9e15, 9e15],
        rates: [null, 1e300, null],
        rowsInitial: 9_007_199_254_740_991,
      },
      { ...chartOf(3), times: [began, began + 1e6, began + 4e7] },
      chartOf(2, { spans: [{ kind: 'unseen', from: began - 1e6, to: began + 1e6, text: 'Nobody looked' }] }),
      chartOf(2, {
        marks: [
          { at: began - 100, text: 'Before' },
          { at: began + 100, text: 'After' },
        ],
      }),
      chartOf(2_000),
    ];
    for (const odd of charts) {
      await alone.show({ page: page({ chart: odd }), notice: null });
      assert.ok((await colorsOn()).size > 0);
      await alone.page.getByRole('slider').focus();
      await alone.page.keyboard.press('Home');
      await alone.page.keyboard.press('End');
      assert.equal(await alone.overhang(), 0);
    }
    await alone.show({
      page: page({ chart: { ...chartOf(3), times: [began, began + 1e6, began + 4e7] } }),
      notice: null,
    });
    await alone.page.keyboard.press('End');
    assert.match((await alone.readings()).time, /2027/);
  });

  it('writes numbers and times in the language of the page', async () => {
    await alone.close();
    alone = await PageAlone.open(server, {}, 'de');
    await alone.show({ page: page(), notice: null });
    const { rows, time } = await alone.readings();
    assert.deepEqual([rows, time], ['1.345.028', '14:03:58']);
  });

  it('has a bar that moves while nothing is counted, but not for whom motion is too much', async () => {
    const shown = states['counting'] ?? { page: null, notice: null };
    await alone.show({ page: page({ ...shown.page, underWay: 'pausing…' }), notice: null });
    const moving = (): Promise<number> => alone.page.evaluate<number>('document.getAnimations().length');
    assert.equal(await alone.page.locator('progress').getAttribute('value'), null);
    assert.equal(await moving(), 2);
    await alone.page.emulateMedia({ reducedMotion: 'reduce' });
    assert.equal(await moving(), 0);
    await alone.page.emulateMedia({ reducedMotion: 'no-preference' });
    await alone.show({ page: page(shown.page ?? {}), notice: states['disconnected']?.notice ?? null });
    assert.equal(await moving(), 0);
  });
});
