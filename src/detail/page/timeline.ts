import { html, type TemplateResult } from 'lit';
import type { BackfillPage } from '../protocol.ts';
import { renderIcon, renderList } from './templates.ts';

type Entry = BackfillPage['timeline'][number];

/** Renders the events of the backfill, in the order of the message. */
export function renderTimeline(entries: readonly Entry[], heading: string): TemplateResult {
  return html`<section>
    <h2>${heading}</h2>
    <ol class="timeline">
      ${renderList(entries, ({ icon, text }) => `${icon} ${text}`, renderEntry)}
    </ol>
  </section>`;
}

function renderEntry({ icon, text, time }: Entry): TemplateResult {
  return html`<li>
    ${renderIcon(icon)}<span class="text">${text}</span> <span class="time">${time}</span>
  </li>`;
}
