import { ThemeColor, ThemeIcon } from 'vscode';
import type { BackfillState } from '../model/Backfill.ts';
import type { Connection, ConnectionStatus } from '../model/Connection.ts';
import type { Sink } from '../model/Sink.ts';
import type { Message } from '../text/messageText.ts';

const icons = new Map<string, ThemeIcon>();

/** The same object for the same icon: a row is drawn anew where its icon is another one. */
function icon(id: string, color?: string): ThemeIcon {
  const key = `${id} ${color ?? ''}`;
  const known = icons.get(key) ?? new ThemeIcon(id, color === undefined ? undefined : new ThemeColor(color));
  icons.set(key, known);
  return known;
}

const blue = 'charts.blue';
const green = 'testing.iconPassed';
const red = 'testing.iconFailed';
const yellow = 'list.warningForeground';
const grey = 'disabledForeground';

const backfillIcons: Record<BackfillState, ThemeIcon> = {
  active: icon('sync', blue),
  paused: icon('debug-pause', yellow),
  completed: icon('pass', green),
  cancelled: icon('circle-slash', grey),
  failed: icon('error', red),
};

const healthIcons: Readonly<Record<string, ThemeIcon>> = {
  healthy: icon('pass-filled', green),
  warning: icon('warning', yellow),
  error: icon('error', red),
  initializing: icon('circle-outline', blue),
  waiting: icon('circle-outline', green),
  paused: icon('debug-pause', yellow),
};

const stalledIcon = icon('warning', yellow);

/** A row that the server is asked to change. */
export const underWayIcon = icon('loading~spin');

/** A backfill's state, or that it should move and does not; a question mark for a state that is not known. */
export function backfillIcon(state: string, stalled: boolean): ThemeIcon {
  if (stalled && state === 'active') {
    return stalledIcon;
  }
  return Object.hasOwn(backfillIcons, state) ? backfillIcons[state as BackfillState] : icon('question');
}

function healthIcon(status: string): ThemeIcon {
  return Object.hasOwn(healthIcons, status) ? (healthIcons[status] ?? icon('question')) : icon('question');
}

/** A sink's state where it rests, else its health. */
export function sinkIcon({ status, health }: Sink): ThemeIcon {
  switch (status) {
    case 'disabled':
      return icon('circle-slash', grey);
    case 'paused':
      return icon('debug-pause', yellow);
    case 'active':
      return health === null ? icon('circle-outline') : healthIcon(health.status);
    default:
      return icon('question');
  }
}

/** A server: how it stands where that is not well; red for production, so that nobody takes it for another one. */
export function connectionIcon(status: ConnectionStatus, connection: Connection | undefined): ThemeIcon {
  switch (status.kind) {
    case 'connecting':
      return underWayIcon;
    case 'connected':
      return icon('server-environment', connection?.production === true ? red : undefined);
    case 'signedOut':
      return icon('debug-disconnect', grey);
    case 'tokenRefused':
      return icon('key', yellow);
    case 'badAddress':
    case 'notReachable':
    case 'notSequin':
    case 'failing':
      return icon('warning', yellow);
  }
}

const messageIcons: Record<Message['kind'], ThemeIcon | undefined> = {
  loading: underWayIcon,
  failed: icon('warning', yellow),
  empty: undefined,
  more: icon('ellipsis'),
  hidden: icon('filter'),
  signedOut: icon('key'),
  badAddress: icon('warning', yellow),
};

/** The icon of a row that speaks for a list. */
export function messageIcon(kind: Message['kind']): ThemeIcon | undefined {
  return messageIcons[kind];
}
