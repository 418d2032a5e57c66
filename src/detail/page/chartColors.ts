const colorNames = [
  'rows',
  'area',
  'rate',
  'previous',
  'delivered',
  'text',
  'grid',
  'total',
  'mark',
  'paused',
  'unobserved',
  'stalled',
  'background',
] as const;

/** The colors of a chart, which `page.css` derives from the theme. */
export interface ChartColors extends Readonly<Record<(typeof colorNames)[number], string>> {
  /** Whether dashes distinguish the lines, as in high contrast themes. */
  readonly isDashed: boolean;
}

// For a registered color, getComputedStyle returns the color's value instead of its expression in the style sheet.
for (const name of colorNames) {
  CSS.registerProperty({
    name: `--chart-${name}`,
    syntax: '<color>',
    inherits: true,
    initialValue: 'transparent',
  });
}

/** Reads the current colors. A canvas can't use the variables of a style sheet. */
export function readChartColors(chart: Element): ChartColors {
  const style = getComputedStyle(chart);
  const readVariable = (name: string): string => style.getPropertyValue(`--chart-${name}`);
  const colors = Object.fromEntries(colorNames.map((name) => [name, readVariable(name)]));
  return {
    ...(colors as Record<(typeof colorNames)[number], string>),
    isDashed: readVariable('dashed').trim() === '1',
  };
}

/**
 * Calls back when VS Code applies another theme. VS Code then sets variables on the root element and a class on the
 * body.
 */
export function observeTheme(callback: () => void): void {
  const observer = new MutationObserver(callback);
  for (const target of [document.documentElement, document.body]) {
    observer.observe(target, { attributes: true, attributeFilter: ['class', 'style'] });
  }
}
