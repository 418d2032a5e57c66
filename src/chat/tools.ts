import * as l10n from '@vscode/l10n';
import { type ToolName, toolNames } from '../contributions/toolNames.ts';
import { createBackfillTool, createSinkTool, createStartTool } from './changeTools.ts';
import { explainBackfill, getBackfill, listSinks } from './readTools.ts';
import type { Tool } from './Tool.ts';

/** Every contributed tool. */
export const tools: Readonly<Record<ToolName, Tool>> = {
  [toolNames.listSinks]: listSinks,
  [toolNames.getBackfill]: getBackfill,
  [toolNames.explainBackfill]: explainBackfill,
  [toolNames.startBackfill]: createStartTool(() => l10n.t('Starting a Sequin backfill')),
  [toolNames.pauseBackfill]: createBackfillTool('pause', () => l10n.t('Pausing a Sequin backfill')),
  [toolNames.resumeBackfill]: createBackfillTool('resume', () => l10n.t('Resuming a Sequin backfill')),
  [toolNames.cancelBackfill]: createBackfillTool('cancel', () => l10n.t('Canceling a Sequin backfill')),
  [toolNames.resumeSink]: createSinkTool('resumeSink', () => l10n.t('Resuming a Sequin sink')),
  [toolNames.pauseSink]: createSinkTool('pauseSink', () => l10n.t('Pausing a Sequin sink')),
};
