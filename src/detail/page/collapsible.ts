import { html, type TemplateResult } from 'lit-html';
import { renderIcon } from './templates.ts';
import { getSavedState, saveState } from './webviewHost.ts';

/**
 * Renders a section that is closed until the user opens it. The page's saved state contains the `name` of each open
 * section, so that the section is still open when VS Code loads the page again.
 */
export function renderCollapsible(options: {
  readonly name: string;
  readonly heading: TemplateResult;
  readonly content: TemplateResult;
  readonly onToggle?: () => void;
}): TemplateResult {
  const { name, heading, content, onToggle } = options;
  const handleToggle = ({ currentTarget }: Event): void => {
    const { open } = currentTarget as HTMLDetailsElement;
    const otherSections = getSavedState().openSections.filter((section) => section !== name);
    saveState({ openSections: open ? [...otherSections, name] : otherSections });
    onToggle?.();
  };
  return html`<details ?open=${isOpen(name)} @toggle=${handleToggle}>
    <summary>${renderIcon('chevron-right')}${heading}</summary>
    ${content}
  </details>`;
}

/** Whether the section with this name is open. */
export function isOpen(name: string): boolean {
  return getSavedState().openSections.includes(name);
}
