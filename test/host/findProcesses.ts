import { readdirSync, readFileSync } from 'node:fs';

/** A process, and its command line. */
interface Process {
  readonly pid: number;
  readonly command: string;
}

/**
 * Finds the other processes that have a text in their environment or their arguments. Linux only. Chromium's network
 * service is found only by its arguments, because Chromium writes its processes' titles over their environment.
 */
export function findProcesses(text: string): Process[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid)
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        const isFound = command.includes(text) || readFileSync(`/proc/${pid}/environ`).includes(text);
        return isFound ? [{ pid, command }] : [];
      } catch {
        // The process has just exited, or belongs to another user.
        return [];
      }
    });
}
