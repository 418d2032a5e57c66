/** The colours of a chart, which `page.css` makes from those of the theme. */
export interface ChartColors {
  readonly rows: string;
  readonly area: string;
  readonly rate: string;
  readonly text: string;
  readonly grid: string;
  readonly goal: string;
  readonly mark: string;
  readonly paused: string;
  readonly unseen: string;
  readonly stalled: string;
  readonly background: string;
  /** Whether the lines are to be told apart without their colours. */
  readonly dashed: boolean;
}

/** The colours as they are now: a canvas does not know the variables of a style sheet. */
export function readColors(chart: Element): ChartColors {
  const style = getComputedStyle(chart);
  const read = (name: string): string => style.getPropertyValue(`--chart-${name}`);
  return {
    rows: read('rows'),
    area: read('area'),
    rate: read('rate'),
    text: read('text'),
    grid: read('grid'),
    goal: read('goal'),
    mark: read('mark'),
    paused: read('paused'),
    unseen: read('unseen'),
    stalled: read('stalled'),
    background: read('background'),
    dashed: read('dashed').trim() === '1',
  };
}

/** Calls back when VS Code shows another theme: it sets variables on the root and a class on the body. */
export function onThemeChange(callback: () => void): void {
  const observer = new MutationObserver(callback);
  for (const place of [document.documentElement, document.body]) {
    observer.observe(place, { attributes: true, attributeFilter: ['class', 'style'] });
  }
}
