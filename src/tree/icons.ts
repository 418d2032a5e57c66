import { ThemeColor, ThemeIcon } from 'vscode';
import type { BackfillStatus } from '../model/progress/backfillStatus.ts';
import type { Connection, ConnectionStatus } from '../model/Connection.ts';
import type { Sink } from '../model/Sink.ts';
import { getStatusIcon } from '../text/icons.ts';
import type { ListMessage } from '../text/listMessageText.ts';

const icons = new Map<string, ThemeIcon>();

/** Returns the same object for the same icon, since rows compare icons by identity. */
function getIcon(id: string, color?: string): ThemeIcon {
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

const statusColors: Record<BackfillStatus, string | undefined> = {
  counting: blue,
  running: blue,
  stalled: yellow,
  paused: yellow,
  completed: green,
  completedWithDeliveryErrors: yellow,
  cancelled: grey,
  failed: red,
  unknown: undefined,
};

const healthIcons: Readonly<Record<string, ThemeIcon>> = {
  healthy: getIcon('pass-filled', green),
  warning: getIcon('warning', yellow),
  error: getIcon('error', red),
  initializing: getIcon('circle-outline', blue),
  waiting: getIcon('circle-outline', green),
  paused: getIcon('debug-pause', yellow),
};

/** The icon of a row that is loading or has a pending write. */
export const loadingIcon = getIcon('loading~spin');

/** The icon of a backfill. */
export function getBackfillIcon(status: BackfillStatus): ThemeIcon {
  return getIcon(getStatusIcon(status), statusColors[status]);
}

function healthIcon(status: string): ThemeIcon {
  return Object.hasOwn(healthIcons, status)
    ? (healthIcons[status] ?? getIcon('question'))
    : getIcon('question');
}

/** The icon of a sink: its health while it is active, otherwise its status. */
export function getSinkIcon({ status, health }: Sink): ThemeIcon {
  switch (status) {
    case 'disabled':
      return getIcon('circle-slash', grey);
    case 'paused':
      return getIcon('debug-pause', yellow);
    case 'active':
      return health === null ? getIcon('circle-outline') : healthIcon(health.status);
    default:
      return getIcon('question');
  }
}

/** The icon of a connection: its problem, if any; red for production, to distinguish it from other connections. */
export function getConnectionIcon(status: ConnectionStatus, connection: Connection | undefined): ThemeIcon {
  switch (status.kind) {
    case 'connecting':
      return loadingIcon;
    case 'connected':
      return getIcon('server-environment', connection?.production === true ? red : undefined);
    case 'signedOut':
      return getIcon('debug-disconnect', grey);
    case 'tokenRejected':
      return getIcon('key', yellow);
    case 'invalidAddress':
    case 'unreachable':
    case 'notSequin':
    case 'failing':
      return getIcon('warning', yellow);
  }
}

const messageIcons: Record<ListMessage['kind'], ThemeIcon | undefined> = {
  loading: loadingIcon,
  failed: getIcon('warning', yellow),
  empty: undefined,
  more: getIcon('ellipsis'),
  hidden: getIcon('filter'),
  skipped: getIcon('warning', yellow),
  signedOut: getIcon('key'),
  invalidAddress: getIcon('warning', yellow),
};

/** The icon of a status row. */
export function getMessageIcon(kind: ListMessage['kind']): ThemeIcon | undefined {
  return messageIcons[kind];
}
