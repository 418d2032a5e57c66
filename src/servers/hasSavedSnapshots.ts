import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The name of the folder for saved snapshots and queues, inside the extension's storage folder. */
export const snapshotsFolderName = 'snapshots';

/**
 * Whether snapshots or queues of any connection are saved. Needs less code than reading them, and is synchronous: while
 * VS Code starts, waiting for a file takes longer than the rest of the activation. Never throws.
 */
export function hasSavedSnapshots(storagePath: string): boolean {
  try {
    return readdirSync(join(storagePath, snapshotsFolderName)).length > 0;
  } catch {
    return false;
  }
}
