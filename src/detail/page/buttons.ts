import { html, nothing, type TemplateResult } from 'lit';
import '@vscode-elements/elements/dist/vscode-button/index.js';
import type { PageButton } from '../protocol.ts';
import { renderList } from './templates.ts';
import { runAction } from './webviewHost.ts';

/** Renders a row of buttons. A button keeps the focus while it is disabled, and when Pause becomes Resume. */
export function renderButtons(buttons: readonly PageButton[]): TemplateResult {
  return html`<div class="buttons" tabindex="-1">${renderList(buttons, getButtonKey, renderButton)}</div>`;
}

function getButtonKey({ id }: PageButton): string {
  return id === 'pauseBackfill' || id === 'resumeBackfill' ? 'pauseOrResume' : id;
}

/**
 * Renders a button that sends its action to the extension. A disabled button has `aria-disabled`, because `disabled`
 * would move the focus away.
 */
export function renderButton({ id, label, icon, kind, enabled, tooltip }: PageButton): TemplateResult {
  const onClick = (): void => {
    if (enabled) {
      runAction(id);
    }
  };
  return html`<vscode-button
    class=${kind}
    ?secondary=${kind !== 'primary'}
    aria-disabled=${enabled ? nothing : 'true'}
    title=${tooltip ?? nothing}
    @click=${onClick}
    @keydown=${keyListener}
    >${icon === '' ? nothing : renderButtonIcon(icon)}<span ?hidden=${label === ''}
      >${label}</span
    ></vscode-button
  >`;
}

function renderButtonIcon(name: string): TemplateResult {
  return html`<span slot="content-before" class="codicon codicon-${name}" aria-hidden="true"></span>`;
}

/** Handles keys before `vscode-button` does, and prevents what it would do wrong. */
const keyListener = {
  capture: true,
  handleEvent(event: KeyboardEvent): void {
    // The component handles the space bar, but lets it scroll the page as well.
    if (event.key === ' ') {
      event.preventDefault();
    }
    // The component handles a held key as many presses.
    if (event.repeat) {
      event.stopImmediatePropagation();
    }
  },
};
