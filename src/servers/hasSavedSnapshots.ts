import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The name of the folder for saved snapshots and queues, inside the extension's storage folder. */
export const snapshotsFolderName = 'snapshots';

/**
 * Whether a snapshot or a queue of any connection is saved. Doesn't read the files, because reading them would load
 * more code at startup. Synchronous, because awaiting a file while VS Code starts takes longer than the rest of the
 * activation. Never throws.
 */
export function hasSavedSnapshots(storagePath: string): boolean {
  const path = join(storagePath, snapshotsFolderName);
  try {
    // Before the first connection, there is no folder. Creating and catching an error takes longer than checking that.
    return existsSync(path) && readdirSync(path).length > 0;
  } catch {
    return false;
  }
}
