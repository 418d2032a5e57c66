import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The folder for the saved snapshots and queues, in the extension's storage folder. */
export const snapshotsFolderName = 'snapshots';

/**
 * Whether snapshots or queues of any connection are saved. Needs less code than reading them, and no waiting: while VS
 * Code starts, that takes longer than the rest of the activation. Never throws.
 */
export function hasSavedSnapshots(storagePath: string): boolean {
  try {
    return readdirSync(join(storagePath, snapshotsFolderName)).length > 0;
  } catch {
    return false;
  }
}
