import { appendFileSync, mkdirSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { dirname } from 'node:path';

// VS Code writes its logs, and the output channels of extensions, with a native module that is not built here:
// its files stay empty. Preloaded in a VS Code server, this module takes the place of that one, and writes them.

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '@vscode/spdlog'
      ? { url: import.meta.url, format: 'module-typescript', shortCircuit: true }
      : next(specifier, context),
});

/** A log file. It has what VS Code asks of the one that it stands for, and flushes whatever it is given. */
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
    // Nobody reads when it was.
  }

  /** What is written is a whole line already. */
  clearFormatters(): void {
    this.#lineEnd = '';
  }

  flush(): void {
    // It was written at once.
  }

  drop(): void {
    // There is nothing to close.
  }

  #write(message: string): void {
    appendFileSync(this.#path, message + this.#lineEnd);
  }
}

const create = (_name: string, path: string): Promise<Logger> => Promise.resolve(new Logger(path));

/** As the native module has it. */
export const createRotatingLogger = create;
/** As the native module has it. */
export const createAsyncRotatingLogger = create;

/** As the native module has it. */
export function setFlushOn(): void {
  // All is flushed.
}
