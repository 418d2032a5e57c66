import { readdirSync, readFileSync } from 'node:fs';

/** A process with its id and command line. */
interface Process {
  readonly pid: number;
  readonly command: string;
}

/**
 * Finds the processes, except this one, whose environment or arguments contain `text`. Works only on Linux. Chromium
 * overwrites the environment of its processes with their titles, so its network service is found only by its arguments.
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
