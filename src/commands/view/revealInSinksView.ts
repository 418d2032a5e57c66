import type { CommandContext } from '../CommandHandler.ts';
import { resolveSink } from '../resolveTargets.ts';
import type { CommandTargets } from '../Target.ts';

/** Shows a sink in the _Sinks_ view. */
export async function revealInSinksView(context: CommandContext, { target }: CommandTargets): Promise<void> {
  const resolved = await resolveSink(context, target);
  if (resolved !== undefined) {
    const { monitor, sink } = resolved;
    await context.revealRow({ kind: 'sink', connectionId: monitor.connection.id, sinkId: sink.id });
  }
}
