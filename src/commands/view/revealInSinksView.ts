import type { CommandContext } from '../CommandHandler.ts';
import { resolveBackfill, resolveSink, toBackfillRef } from '../resolveTargets.ts';
import type { CommandTargets } from '../Target.ts';

/** Shows and selects the row of a backfill or a sink in the _Sinks_ view. */
export async function revealInSinksView(context: CommandContext, { target }: CommandTargets): Promise<void> {
  if (target?.kind === 'sink') {
    const resolved = await resolveSink(context, target);
    if (resolved !== undefined) {
      const { monitor, sink } = resolved;
      await context.revealRow({ kind: 'sink', connectionId: monitor.connection.id, sinkId: sink.id });
    }
  } else {
    const resolved = await resolveBackfill(context, target);
    if (resolved !== undefined) {
      await context.revealRow({ kind: 'backfill', ...toBackfillRef(resolved) });
    }
  }
}
