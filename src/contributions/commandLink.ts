import { commandIds } from './commandIds.ts';
import { focusActivityCommand, focusSinksCommand } from './viewIds.ts';

/** The commands that links in hovers may run. VS Code ignores links to any other command. */
export const linkedCommands = [
  commandIds.openBackfill,
  commandIds.openSink,
  commandIds.pauseBackfill,
  commandIds.resumeBackfill,
  commandIds.runAgain,
  commandIds.startBackfill,
  commandIds.resumeSink,
  commandIds.enableSink,
  commandIds.testConnection,
  commandIds.refreshTables,
  commandIds.openInConsole,
  commandIds.copyBackfillId,
  commandIds.enterToken,
  commandIds.refresh,
  focusSinksCommand,
  focusActivityCommand,
] as const;

export type LinkedCommand = (typeof linkedCommands)[number];

/** Creates a Markdown link that runs a command. `text` is Markdown: escape untrusted text in it. */
export function renderCommandLink(text: string, command: LinkedCommand, argument?: object): string {
  const query = argument === undefined ? '' : `?${encodeForMarkdown(JSON.stringify([argument]))}`;
  return `[${text}](command:${command}${query})`;
}

/** URL-encodes text, including the characters that could end a Markdown link: ids from a server may contain them. */
function encodeForMarkdown(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*~]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
