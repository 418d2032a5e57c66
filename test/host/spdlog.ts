import { appendFileSync, mkdirSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { dirname } from 'node:path';

// Replaces `@vscode/spdlog`, the native module with which VS Code writes its logs and the output channels of
// extensions. `installServer.ts` runs no install scripts, so the native module isn't built, and log files would stay
// empty. A VS Code server loads this replacement before its own code.

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '@vscode/spdlog'
      ? { url: import.meta.url, format: 'module-typescript', shortCircuit: true }
      : next(specifier, context),
});

/** A log file with the interface of the native logger. Writes each message immediately. */
class Logger {
  readonly #path: string;
  #lineEnd = '\n';
  #level = 0;

  constructor(path: string) {
    mkdirSync(dirname(path), { recursive: true });
    this.#path = path;
  }

  trace = (message: string): void => {
    this.#write(message);
  };
  debug = this.trace;
  info = this.trace;
  warn = this.trace;
  error = this.trace;
  critical = this.trace;

  getLevel(): number {
    return this.#level;
  }

  setLevel(level: number): void {
    this.#level = level;
  }

  setPattern(): void {
    // The pattern adds times, which no test reads.
  }

  /** Stops adding line ends, because the messages that follow contain them. */
  clearFormatters(): void {
    this.#lineEnd = '';
  }

  flush(): void {
    // Messages are written immediately.
  }

  drop(): void {
    // No file stays open.
  }

  #write(message: string): void {
    appendFileSync(this.#path, message + this.#lineEnd);
  }
}

const create = (_name: string, path: string): Promise<Logger> => Promise.resolve(new Logger(path));

/** Creates a logger, like the function of the native module. */
export const createRotatingLogger = create;
/** Creates a logger, like the function of the native module. */
export const createAsyncRotatingLogger = create;

/** Does nothing. In the native module, sets the level that triggers a flush. */
export function setFlushOn(): void {
  // Messages are written immediately.
}
