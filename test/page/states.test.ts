import assert from 'node:assert/strict';
import { PageAlone, PageServer, themes } from './PageAlone.ts';
import { states } from './pages.ts';
import themesFile from './themes.json' with { type: 'json' };
import { usedVariables } from './usedVariables.ts';

describe('the page in each state', () => {
  let server: PageServer;

  before(async () => {
    server = await PageServer.start();
  });
  after(() => server.stop());

  for (const theme of themes) {
    describe(`in the theme ${theme}`, () => {
      let alone: PageAlone;

      before(async () => {
        alone = await PageAlone.open(server, { theme });
      });
      after(() => alone.close());

      for (const [state, shown] of Object.entries(states)) {
        it(`${state}: is in order at every width, and no barrier to anybody`, async () => {
          for (const width of [300, 700, 1280]) {
            await alone.page.setViewportSize({ width, height: 900 });
            await alone.show(shown);
            assert.equal(await alone.overhang(), 0, `at ${width} px it scrolls sideways`);
          }
          await alone.picture(`${state}-${theme}`);
          assert.deepEqual(await alone.barriers(), []);
          assert.deepEqual(alone.complaints, []);
        });
      }
    });
  }

  for (const [zoom, scale] of [
    ['50 %', 0.5],
    ['300 %', 3],
  ] as const) {
    it(`is in order at a zoom of ${zoom}`, async () => {
      const viewport = { width: Math.round(1280 / scale), height: Math.round(900 / scale) };
      const alone = await PageAlone.open(server, { viewport, deviceScaleFactor: scale });
      for (const shown of Object.values(states)) {
        await alone.show(shown);
        assert.equal(await alone.overhang(), 0);
      }
      await alone.close();
    });
  }

  it('is tried with every variable of a theme that it uses', async () => {
    for (const [name, { variables }] of Object.entries(themesFile.themes)) {
      const missing = [...(await usedVariables())].filter((variable) => !(variable in variables));
      assert.deepEqual(missing, [], `${name}: run test/page/captureThemes.ts`);
    }
  });
});
