const pending = new Set<() => void>();

/**
 * Has `action` run when this process ends, however it ends, unless it is taken back before by calling what
 * is returned. The latest comes first.
 */
export function atExit(action: () => void): () => void {
  if (pending.size === 0) watch();
  pending.add(action);
  return () => pending.delete(action);
}

function finish(): void {
  const actions = [...pending].reverse();
  pending.clear();
  for (const action of actions) action();
}

function interrupted(): void {
  process.exit(130);
}

function watch(): void {
  process.off('exit', finish).once('exit', finish);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.off(signal, interrupted).once(signal, interrupted);
}
