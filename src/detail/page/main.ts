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
  const made = element('button', { type: 'button', id: `action-${id}` }, label);
  made.addEventListener('click', () => {
    send({ type: 'run', action: id });
  });
  return made;
}

function drawNotice({ text, action }: PageNotice): HTMLElement {
  return element(
    'div',
    { class: 'notice', role: 'status' },
    icon('info'),
    element('span', {}, text),
    ...(action === undefined ? [] : [button(action)]),
  );
}

function drawProgress({ fraction, progress, state }: BackfillPage): HTMLElement {
  const bar = element('progress', { max: '1', 'aria-label': progress });
  if (fraction !== undefined) {
    bar.value = fraction;
  }
  // Without a value a bar moves, which says that something is under way.
  const drawn = fraction !== undefined || state.id === 'active' ? [bar] : [];
  return element('div', { class: 'progress' }, element('p', {}, progress), ...drawn);
}

function drawFacts(title: string, facts: readonly Fact[]): HTMLElement[] {
  if (facts.length === 0) {
    return [];
  }
  const rows = facts.flatMap(({ label, value }) => [element('dt', {}, label), element('dd', {}, value)]);
  return [element('section', {}, element('h2', {}, title), element('dl', {}, ...rows))];
}

function drawPage(page: BackfillPage): HTMLElement[] {
  const { state } = page;
  return [
    element(
      'header',
      {},
      element('h1', {}, page.title),
      element('p', { class: 'subtitle' }, page.subtitle),
      element('p', { class: 'state' }, icon(stateIcons[state.id] ?? 'question'), state.name),
    ),
    drawProgress(page),
    element('div', { class: 'actions' }, ...page.actions.map(button)),
    ...drawFacts(page.labels.facts, page.facts),
    ...drawFacts(page.labels.checks, page.checks),
  ];
}

let drawn = '';

function show({ page, notice }: ShowMessage): void {
  const next = JSON.stringify([page, notice]);
  if (next === drawn) {
    return;
  }
  drawn = next;
  main.dataset['state'] = page?.state.id ?? '';
  const focused = document.activeElement?.id;
  main.replaceChildren(
    ...(notice === undefined ? [] : [drawNotice(notice)]),
    ...(page === undefined ? [] : drawPage(page)),
  );
  if (focused) {
    document.getElementById(focused)?.focus();
  }
}

window.addEventListener('message', ({ data }: MessageEvent<ShowMessage>) => {
  show(data);
});
send({ type: 'ready' });
