import type { BackfillPage, PageAction, PageMessage, PageNotice, ShowMessage } from '../protocol.ts';
import type { Fact } from '../../text/Fact.ts';

// The browser side of a backfill's page: draws what it is sent, and says what was pressed.

const vscode = acquireVsCodeApi();
const main = document.querySelector('main') ?? document.body;

// Which backfill this is, kept by VS Code over a reload of the window.
vscode.setState(JSON.parse(decodeURIComponent(document.body.dataset['key'] ?? 'null')));

function send(message: PageMessage): void {
  vscode.postMessage(message);
}

/** An element with attributes and children; a string is always text. */
function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Readonly<Record<string, string>>,
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    made.setAttribute(attribute, value);
  }
  made.append(...children);
  return made;
}

const stateIcons: Readonly<Record<string, string>> = {
  active: 'sync',
  paused: 'debug-pause',
  completed: 'pass',
  cancelled: 'circle-slash',
  failed: 'error',
};

function icon(name: string): HTMLElement {
  return element('span', { class: `codicon codicon-${name}`, 'aria-hidden': 'true' });
}

function button({ id, label }: { readonly id: PageAction; readonly label: string }): HTMLElement {
  const made = element('button', { type: 'button' }, label);
  made.addEventListener('click', () => {
    send({ type: 'run', action: id });
  });
  return made;
}

function drawNotice({ text, action }: PageNotice): HTMLElement[] {
  const content = [
    icon('info'),
    element('span', {}, text),
    ...(action === undefined ? [] : [button(action)]),
  ];
  return [element('div', { class: 'notice', role: 'status' }, ...content)];
}

function drawHead({
  title,
  subtitle,
  state,
}: Pick<BackfillPage, 'title' | 'subtitle' | 'state'>): HTMLElement[] {
  return [
    element(
      'header',
      {},
      element('h1', {}, title),
      element('p', { class: 'subtitle' }, subtitle),
      element('p', { class: 'state' }, icon(stateIcons[state.id] ?? 'question'), state.name),
    ),
  ];
}

function drawProgress({
  fraction,
  progress,
  state,
}: Pick<BackfillPage, 'fraction' | 'progress' | 'state'>): HTMLElement[] {
  const bar = element('progress', { max: '1', 'aria-label': progress });
  if (fraction !== undefined) {
    bar.value = fraction;
  }
  // Without a value a bar moves, which says that something is under way.
  const bars = fraction !== undefined || state.id === 'active' ? [bar] : [];
  return [element('div', { class: 'progress' }, element('p', {}, progress), ...bars)];
}

function drawFacts({
  title,
  facts,
}: {
  readonly title: string;
  readonly facts: readonly Fact[];
}): HTMLElement[] {
  if (facts.length === 0) {
    return [];
  }
  const rows = facts.flatMap(({ label, value }) => [element('dt', {}, label), element('dd', {}, value)]);
  return [element('section', {}, element('h2', {}, title), element('dl', {}, ...rows))];
}

/**
 * A part of the page. It is drawn anew only when what it shows changed, so that focus, selection and scroll
 * elsewhere stay.
 */
function part<T>(draw: (content: T) => readonly HTMLElement[]): (content: T | undefined) => void {
  const place = element('div', {});
  main.append(place);
  let drawn: string | undefined;
  return (content) => {
    const next = JSON.stringify(content);
    if (next !== drawn) {
      drawn = next;
      place.replaceChildren(...(content === undefined ? [] : draw(content)));
    }
  };
}

const showNotice = part(drawNotice);
const showHead = part(drawHead);
const showProgress = part(drawProgress);
const showDiagnosis = part((diagnosis: string) => [
  element('div', { class: 'notice', role: 'status' }, icon('warning'), element('span', {}, diagnosis)),
]);
const showActions = part((actions: BackfillPage['actions']) => [
  element('div', { class: 'actions' }, ...actions.map(button)),
]);
const showFacts = part(drawFacts);
const showChecks = part(drawFacts);

function show({ page, notice }: ShowMessage): void {
  main.dataset['state'] = page?.state.id ?? '';
  showNotice(notice);
  showHead(page && { title: page.title, subtitle: page.subtitle, state: page.state });
  showProgress(page && { fraction: page.fraction, progress: page.progress, state: page.state });
  showDiagnosis(page?.diagnosis);
  showActions(page?.actions);
  showFacts(page && { title: page.labels.facts, facts: page.facts });
  showChecks(page && { title: page.labels.checks, facts: page.checks });
}

window.addEventListener('message', ({ data }: MessageEvent<ShowMessage>) => {
  show(data);
});
send({ type: 'ready' });
