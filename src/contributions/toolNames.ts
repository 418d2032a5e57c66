/** The tools for language models that package.json contributes. A unit test checks that both match. */
export const toolNames = {
  listSinks: 'sequin_list_sinks',
  getBackfill: 'sequin_get_backfill',
  explainBackfill: 'sequin_explain_backfill',
  startBackfill: 'sequin_start_backfill',
  pauseBackfill: 'sequin_pause_backfill',
  resumeBackfill: 'sequin_resume_backfill',
  cancelBackfill: 'sequin_cancel_backfill',
  resumeSink: 'sequin_resume_sink',
  pauseSink: 'sequin_pause_sink',
} as const;

export type ToolName = (typeof toolNames)[keyof typeof toolNames];
