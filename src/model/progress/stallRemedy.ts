import type { StallCause } from './stall.ts';

/** A command that removes the cause of a stall, or shows whether the source database is the cause. */
export type StallRemedy = 'resumeSink' | 'enableSink' | 'testConnection' | 'refreshTables';

/** Finds the command for the next step after a stall or a failure; undefined if there is none. */
export function findStallRemedy({ kind }: StallCause): StallRemedy | undefined {
  switch (kind) {
    case 'sinkPaused':
      return 'resumeSink';
    case 'sinkDisabled':
      return 'enableSink';
    case 'noPrimaryKey':
      return 'refreshTables';
    case 'fetchFailing':
    case 'databaseStalled':
    case 'notReading':
      return 'testConnection';
    default:
      return undefined;
  }
}
