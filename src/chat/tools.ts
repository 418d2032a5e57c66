import { type ToolName, toolNames } from '../contributions/toolNames.ts';
import { createChangeTool, startBackfill } from './changeTools.ts';
import { explainBackfill, getBackfill, listSinks } from './readTools.ts';
import { createSinkTool } from './sinkTools.ts';
import type { Tool } from './Tool.ts';

/** Every contributed tool. */
export const tools: Readonly<Record<ToolName, Tool>> = {
  [toolNames.listSinks]: listSinks,
  [toolNames.getBackfill]: getBackfill,
  [toolNames.explainBackfill]: explainBackfill,
  [toolNames.startBackfill]: startBackfill,
  [toolNames.pauseBackfill]: createChangeTool('pause'),
  [toolNames.resumeBackfill]: createChangeTool('resume'),
  [toolNames.cancelBackfill]: createChangeTool('cancel'),
  [toolNames.resumeSink]: createSinkTool('resumeSink'),
  [toolNames.pauseSink]: createSinkTool('pauseSink'),
};
