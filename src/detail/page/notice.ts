import { html, nothing, type TemplateResult } from 'lit';
import type { PageNotice } from '../protocol.ts';
import { renderButton } from './buttons.ts';
import { renderIcon } from './templates.ts';

/**
 * Renders a message above the content, for example that it is stale. Without content, the message is the heading of the
 * page. Screen readers announce text that is added to an existing `role="status"`, so the element is rendered without a
 * notice as well.
 */
export function renderNotice(notice: PageNotice | null, isOnlyContent: boolean): TemplateResult {
  return html`<div
    class=${isOnlyContent ? 'notice alone' : 'notice'}
    role="status"
    data-severity=${notice?.severity ?? nothing}
    ?hidden=${notice === null}
  >
    ${notice === null ? nothing : renderContent(notice, isOnlyContent)}
  </div>`;
}

function renderContent({ text, severity, action }: PageNotice, isOnlyContent: boolean): TemplateResult {
  const kind = isOnlyContent ? 'primary' : 'secondary';
  return html`${renderIcon(severity)}${isOnlyContent ? html`<h1>${text}</h1>` : html`<p>${text}</p>`}
  ${action === null ? nothing : renderButton({ ...action, icon: '', kind, enabled: true })}`;
}
