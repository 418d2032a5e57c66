import { commandIds } from '../../contributions/commandIds.ts';
import { docsUrls } from '../../contributions/docs.ts';
import type { LoadState } from '../../model/LoadState.ts';
import { endWithPeriod } from '../../text/format.ts';
import { describeListMessage, type ListMessage, type ListMessageText } from '../../text/listMessageText.ts';
import { iconColors, loadingIcon, type Row, type RowKind } from '../RowKind.ts';
import type { MessageNode } from '../TreeNode.ts';

const icons: Record<ListMessage['kind'], Row['icon']> = {
  loading: loadingIcon,
  failed: { id: 'warning', color: iconColors.yellow },
  empty: { id: 'add' },
  help: { id: 'book' },
  more: { id: 'ellipsis' },
  hidden: { id: 'filter' },
  skipped: { id: 'warning', color: iconColors.yellow },
  signedOut: { id: 'key' },
  invalidAddress: { id: 'warning', color: iconColors.yellow },
};

/** The status of a list, as a row among or instead of its items. */
export const messageRow: RowKind<MessageNode> = {
  render: (node, { state }) => {
    const { text, action } = describeListMessage(node.message, node.list, state.connection.name);
    return {
      // The action comes first because a long reason may be cut off; the tooltip shows it in full.
      label: action?.label ?? text,
      description: action === undefined ? '' : text,
      icon: icons[node.message.kind],
      accessibleLabel: action === undefined ? text : `${endWithPeriod(text)} ${action.label}`,
      contextValue: '',
      stateKey: text,
      tooltip: text,
      ...createCommand(node, action),
    };
  },
};

/** Creates the command that runs when the row is selected. */
function createCommand(node: MessageNode, action: ListMessageText['action']): Pick<Row, 'command'> {
  if (node.message.kind === 'help') {
    return { command: { command: 'vscode.open', title: '', arguments: [docsUrls[node.message.topic]] } };
  }
  return action === undefined
    ? {}
    : { command: { command: commandIds[action.id], title: action.label, arguments: [node] } };
}

/** Returns a function that creates the row for a message about a list. `sinkId` is the sink of a list of backfills. */
export function createMessageNodeFactory(
  connectionId: string,
  list: MessageNode['list'],
  sinkId?: string,
): (message: ListMessage) => MessageNode {
  return (message) => ({ kind: 'message', connectionId, list, sinkId, message });
}

/** The status of a list that has never loaded, with a link to help after a failure. */
export function toLoadMessages({ loading, failure }: LoadState): ListMessage[] {
  return failure === undefined || loading
    ? [{ kind: 'loading' }]
    : [
        { kind: 'failed', failure },
        { kind: 'help', topic: failure.kind === 'unauthorized' ? 'token' : 'server' },
      ];
}
