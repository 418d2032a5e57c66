import { constants } from 'node:os';

const exitActions = new Set<() => void>();
const signalActions = new Set<() => Promise<void>>();
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs `action` when this process exits for any reason. The last registered action runs first.
 * @returns a function that unregisters the action
 */
export function onExit(action: () => void): () => void {
  listen();
  exitActions.add(action);
  return () => exitActions.delete(action);
}

/**
 * Runs `action` when this process receives a signal to exit, such as that of Ctrl-C. The process exits when all actions
 * have finished, or at the second signal.
 * @returns a function that unregisters the action
 */
export function onSignal(action: () => Promise<void>): () => void {
  listen();
  signalActions.add(action);
  return () => signalActions.delete(action);
}

let isListening = false;

function listen(): void {
  if (isListening) {
    return;
  }
  isListening = true;
  process.once('exit', () => {
    for (const action of [...exitActions].reverse()) {
      action();
    }
  });
  for (const signal of signals) {
    process.on(signal, handleSignal);
  }
}

let isExiting = false;

/** Whether this process has received a signal to exit. */
export function isInterrupted(): boolean {
  return isExiting;
}

function handleSignal(signal: (typeof signals)[number]): void {
  const exit = () => process.exit(128 + constants.signals[signal]);
  if (isExiting) {
    exit();
  }
  isExiting = true;
  void Promise.allSettled([...signalActions].map((action) => action())).then(exit);
}
