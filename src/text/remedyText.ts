import * as l10n from '@vscode/l10n';
import type { StallCause } from '../model/progress/stall.ts';
import { sinkActionTexts } from './sinkActionText.ts';

/**
 * The name of the command for the next step after a stall or a failure. The command resumes or enables the sink, tests
 * the connection to the source database, or refreshes the tables, so that Sequin finds a primary key that the user
 * added.
 */
export type StallRemedy = 'resumeSink' | 'enableSink' | 'testConnection' | 'refreshTables';

const remediesByCause: Readonly<Partial<Record<StallCause['kind'], StallRemedy>>> = {
  sinkPaused: 'resumeSink',
  sinkDisabled: 'enableSink',
  noPrimaryKey: 'refreshTables',
  fetchFailing: 'testConnection',
  databaseStalled: 'testConnection',
  notReading: 'testConnection',
};

/** Finds the command for the next step after a stall or a failure; undefined if there is none. */
export function findStallRemedy({ kind }: StallCause): StallRemedy | undefined {
  return remediesByCause[kind];
}

/** The label and the codicon of the button for a remedy. */
export function getRemedyText(remedy: StallRemedy): { readonly label: string; readonly icon: string } {
  switch (remedy) {
    case 'testConnection':
      return { label: l10n.t('Test Database Connection'), icon: 'plug' };
    case 'refreshTables':
      return { label: l10n.t('Refresh Tables'), icon: 'refresh' };
    default:
      return { label: sinkActionTexts[remedy].label(), icon: sinkActionTexts[remedy].icon };
  }
}
