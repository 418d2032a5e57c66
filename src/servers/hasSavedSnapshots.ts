import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The folder for the saved snapshots and queues, in the extension's storage folder. */
export const snapshotsFolderName = 'snapshots';

/** Whether snapshots or queues of any connection are saved. Needs less code than reading them. Never throws. */
export async function hasSavedSnapshots(storagePath: string): Promise<boolean> {
  const names = await readdir(join(storagePath, snapshotsFolderName)).catch(() => []);
  return names.length > 0;
}
