import { commands } from 'vscode';
import { walkthroughId } from '../../contributions/viewIds.ts';
import type { CommandContext } from '../CommandHandler.ts';

/** Opens the walkthrough. */
export async function getStarted({ extensionId }: CommandContext): Promise<void> {
  await commands.executeCommand('workbench.action.openWalkthrough', `${extensionId}#${walkthroughId}`, false);
}
