import { html, nothing, type TemplateResult } from 'lit-html';
import type { PageButton } from '../protocol.ts';
import { renderIcon, renderList } from './templates.ts';
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
  return html`<button
    type="button"
    class="button ${kind}"
    aria-disabled=${enabled ? nothing : 'true'}
    title=${tooltip ?? nothing}
    @click=${onClick}
    @keydown=${ignoreHeldKey}
  >
    ${icon === '' ? nothing : renderIcon(icon)}<span>${label}</span>
  </button>`;
}

/** Prevents a button from handling a held key as many presses. */
function ignoreHeldKey(event: KeyboardEvent): void {
  if (event.repeat && (event.key === 'Enter' || event.key === ' ')) {
    event.preventDefault();
  }
}
