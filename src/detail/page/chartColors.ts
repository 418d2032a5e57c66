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
export function readChartColors(chart: Element): ChartColors {
  const style = getComputedStyle(chart);
  const readVariable = (name: string): string => style.getPropertyValue(`--chart-${name}`);
  return {
    rows: readVariable('rows'),
    area: readVariable('area'),
    rate: readVariable('rate'),
    text: readVariable('text'),
    grid: readVariable('grid'),
    goal: readVariable('goal'),
    mark: readVariable('mark'),
    paused: readVariable('paused'),
    unseen: readVariable('unseen'),
    stalled: readVariable('stalled'),
    background: readVariable('background'),
    dashed: readVariable('dashed').trim() === '1',
  };
}

/** Calls back when VS Code shows another theme: it sets variables on the root and a class on the body. */
export function onThemeChange(callback: () => void): void {
  const observer = new MutationObserver(callback);
  for (const target of [document.documentElement, document.body]) {
    observer.observe(target, { attributes: true, attributeFilter: ['class', 'style'] });
  }
}
