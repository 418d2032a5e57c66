import assert from 'node:assert/strict';
import { useVscodeStub } from '../../bench/vscodeStub.ts';
import themeColors from './themeColors.json' with { type: 'json' };

useVscodeStub();
const { iconColors } = await import('../../../src/tree/RowKind.ts');

/** The minimum contrast of graphical objects in WCAG 2.2, success criterion 1.4.11. */
const minContrast = 3;

type Rgba = readonly [red: number, green: number, blue: number, alpha: number];

/** Parses `#rrggbb` and `#rrggbbaa`. */
function parseColor(text: string): Rgba {
  const [red = 0, green = 0, blue = 0, alpha = 255] = (text.match(/[\da-f]{2}/gi) ?? assert.fail(text)).map(
    (channel) => parseInt(channel, 16),
  );
  return [red, green, blue, alpha / 255];
}

function getLuminance(color: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = color.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function getContrast(foreground: string, background: string): number {
  const [red, green, blue, alpha] = parseColor(foreground);
  const behind = parseColor(background);
  const shown = [red, green, blue].map(
    (channel, index) => alpha * channel + (1 - alpha) * (behind[index] ?? 0),
  );
  const [dark = 0, light = 0] = [getLuminance(shown), getLuminance(behind)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

describe('the icons of rows', () => {
  // The themes that VS Code 1.139 ships: the defaults of its color registry, with the overrides in extensions/theme-*.
  for (const [theme, colors] of Object.entries<Record<string, string>>(themeColors)) {
    it(`have enough contrast in the theme ${theme}`, () => {
      const background = colors['sideBar.background'] ?? assert.fail();
      const tooLow = [...Object.values(iconColors), 'icon.foreground']
        .map((id) => [id, getContrast(colors[id] ?? assert.fail(id), background)] as const)
        .filter(([, contrast]) => contrast < minContrast)
        .map(([id, contrast]) => `${id} ${contrast.toFixed(2)}`);
      assert.deepEqual(tooLow, []);
    });
  }
});
