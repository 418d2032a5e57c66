import type { StallCause } from './stall.ts';

/** The command that removes the cause of a stall or failure; undefined if there is none. */
export function findStallRemedy({ kind }: StallCause): 'resumeSink' | 'enableSink' | undefined {
  switch (kind) {
    case 'sinkPaused':
      return 'resumeSink';
    case 'sinkDisabled':
      return 'enableSink';
    default:
      return undefined;
  }
}
