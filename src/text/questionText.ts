import { t } from '@vscode/l10n';
import type { Backfill } from '../model/Backfill.ts';
import type { Change } from '../model/changes.ts';
import type { Sink } from '../model/Sink.ts';
import { formatCount, formatList } from './format.ts';
import { plainMessage } from './plainMessage.ts';
import { destinationName, sinkName, statusName } from './sinkText.ts';
import { isNowText, type Deed } from './writeText.ts';

/** A question that waits for an answer before anything is done. */
export interface Question {
  readonly message: string;
  readonly detail: string;
  /** The button that does it. */
  readonly yes: string;
  /** The button that does not. */
  readonly no: string;
}

/** So many names are listed; a dialog has no room for a thousand. */
const mostNames = 10;

/** The names line by line, the first few of many. */
function listed(names: readonly string[]): string {
  // A line break in a name must not make a line of its own.
  const shown = names.slice(0, mostNames).map(plainMessage);
  const more = names.length - shown.length;
  return [...shown, ...(more > 0 ? [t('… and {0} more', formatCount(more))] : [])].join('\n');
}

/** What is asked before one backfill is cancelled. `name` is `table → sink`, `now` the server's time in ms. */
export function cancelQuestion(backfill: Backfill, name: string, now: number): Question {
  return {
    message: t('Cancel {0}?', name),
    detail: [
      isNowText(backfill, now),
      t(
        'What was sent stays sent. A cancelled backfill cannot be resumed: a new one begins at the first row.',
      ),
    ].join(' '),
    yes: t('Cancel Backfill'),
    no: backfill.state === 'paused' ? t('Keep It') : t('Keep It Running'),
  };
}

/** What is asked before many are changed. */
export function changeQuestion(change: Change, names: readonly string[]): Question {
  const count = formatCount(names.length);
  const no = t('Do Nothing');
  switch (change) {
    case 'pause':
      return { message: t('Pause {0} backfills?', count), detail: listed(names), yes: t('Pause All'), no };
    case 'resume':
      return { message: t('Resume {0} backfills?', count), detail: listed(names), yes: t('Resume All'), no };
    case 'cancel':
      return {
        message: t('Cancel {0} backfills?', count),
        detail: `${listed(names)}\n\n${t('Cancelled backfills cannot be resumed: new ones begin at the first row.')}`,
        yes: t('Cancel All'),
        no,
      };
  }
}

/** What is asked once more before something is done at production. `servers` are the names of these servers. */
export function productionQuestion(
  deed: Deed,
  servers: readonly string[],
  names: readonly string[],
): Question {
  const named = plainMessage(formatList(servers));
  return {
    message:
      servers.length === 1 ? t('{0} is production. Go on?', named) : t('{0} are production. Go on?', named),
    detail: `${deedTitle(deed)}\n\n${listed(names)}`,
    yes: t('Do It in Production'),
    no: t('Do Nothing'),
  };
}

function deedTitle(deed: Deed): string {
  switch (deed) {
    case 'pause':
      return t('To be paused:');
    case 'resume':
      return t('To be resumed:');
    case 'cancel':
      return t('To be cancelled:');
    case 'start':
      return t('To be started:');
    case 'startPaused':
      return t('To be created, paused:');
  }
}

/** What is asked before the token of a server can be read on its way there. */
export function plainHttpQuestion(address: string): Question {
  return {
    message: t('Connect to {0} without encryption?', plainMessage(address)),
    detail: t(
      'The address begins with http://, and is of another machine: whoever is between can read the token, and with it the passwords of your databases. Better is https://, or a tunnel to localhost.',
    ),
    yes: t('Connect Without Encryption'),
    no: t('Do Not Connect'),
  };
}

/** What is asked before a token is held for as long as a window is open, since it cannot be kept. */
export function notKeptQuestion(): Question {
  return {
    message: t('The token cannot be kept.'),
    detail: t(
      'VS Code’s secret storage does not work here. On Linux it needs a keyring such as gnome-keyring or KWallet, which runs and is unlocked; then enter the token again. Or let this window alone hold the token until it is closed.',
    ),
    yes: t('Hold It for This Window'),
    no: t('Do Not Connect'),
  };
}

/** What is asked before a connection is taken away. */
export function removeQuestion(name: string): Question {
  return {
    message: t('Remove the connection {0}?', plainMessage(name)),
    detail: t('Its token is deleted from this machine. Nothing changes on the server: what runs goes on.'),
    yes: t('Remove'),
    no: t('Keep It'),
  };
}

/** What is asked before backfills are started. */
export interface StartFacts {
  readonly sink: Sink;
  /** What is to be started. */
  readonly tables: readonly string[];
  /** What runs or is paused already, and so is left alone. */
  readonly already: readonly string[];
}

/** What is asked before backfills of a sink's tables are started. */
export function startQuestion({ sink, tables, already }: StartFacts): Omit<Question, 'no'> {
  const [first = '', ...others] = tables;
  const { type, address } = sink.destination;
  const destination = address === null ? destinationName(type) : `${destinationName(type)}, ${address}`;
  const lines = [
    others.length === 0 ? '' : `${listed(tables)}\n`,
    t('Sink: {0}', plainMessage(sinkName(sink))),
    t('Destination: {0}', plainMessage(destination)),
    restText(sink),
    already.length === 0
      ? ''
      : t('Left alone, since a backfill is open already: {0}', plainMessage(formatList(already))),
  ];
  return {
    message:
      others.length === 0
        ? t('Start a backfill of {0}?', first)
        : t('Start {0} backfills?', formatCount(tables.length)),
    detail: lines.filter(Boolean).join('\n'),
    yes: t('Start'),
  };
}

/** That a backfill of a sink would not move; '' where it would. */
function restText({ status }: Sink): string {
  switch (status) {
    case 'active':
      return '';
    case 'paused':
      return t('The sink is paused: the backfill will not move before it is resumed.');
    case 'disabled':
      return t('The sink is disabled: the backfill will not move before it is enabled.');
    default:
      return t('The sink’s status is {0}: the backfill may not move.', statusName(status));
  }
}
