import type { SequinApi } from '../../../src/api/SequinApi.ts';
import { parseToolInput, type ToolConfirmation } from '../../../src/chat/Tool.ts';
import { tools } from '../../../src/chat/tools.ts';
import type { ToolName } from '../../../src/contributions/toolNames.ts';
import type { Backfill } from '../../../src/model/Backfill.ts';
import type { Sink } from '../../../src/model/Sink.ts';
import type { ServerMonitor } from '../../../src/servers/ServerMonitor.ts';
import type { ServerRegistry } from '../../../src/servers/ServerRegistry.ts';
import { FakeUi } from '../commands/FakeUi.ts';
import { useConnections } from '../commands/useConnections.ts';
import { apiWith, now, sink } from '../samples.ts';
import { TestClock } from '../TestClock.ts';

/** The address of the connection that `connect` creates by default. */
export const address = 'http://localhost:7376';

interface ServerOptions {
  readonly url?: string;
  readonly id?: string;
  readonly name?: string;
  readonly production?: boolean;
  readonly api?: Partial<SequinApi>;
}

/** The services of the tools under test, and functions that call the tools. */
interface ToolHarness {
  readonly servers: ServerRegistry;
  ui: FakeUi;
  clock: TestClock;
  /** `abort()` stops the running tool, as if the user stopped it. */
  controller: AbortController;
  /** Connects to a server with a sink and its unfinished backfills. */
  readonly connect: (
    backfills: readonly Backfill[],
    sinkOfBackfills?: Sink,
    options?: ServerOptions,
  ) => ServerMonitor;
  readonly run: (name: ToolName, input?: unknown) => Promise<Record<string, unknown>>;
  readonly getConfirmation: (name: ToolName, input: unknown) => Promise<ToolConfirmation | undefined>;
}

/**
 * Registers hooks in the enclosing `describe` that create a user interface, a clock and an abort controller before each
 * test, and end all connections after it.
 */
export function useTools(): ToolHarness {
  const { servers, connect } = useConnections();
  const harness: ToolHarness = {
    servers,
    ui: new FakeUi(),
    clock: new TestClock(now),
    controller: new AbortController(),
    connect: (
      backfills,
      sinkOfBackfills = sink(),
      { url = address, id = url, name = 'Shop', production = false, api } = {},
    ) => {
      const items = [{ sink: sinkOfBackfills, unfinishedBackfills: backfills }];
      const scripted = apiWith({
        listSinks: () => Promise.resolve({ items, skipped: 0, serverTime: now }),
        getVersion: () => Promise.resolve('0.14.6'),
        ...api,
      });
      const { clock } = harness;
      return connect({ url, token: '' }, { api: scripted, clock, connection: { id, name, production } });
    },
    run: async (name, input = {}) =>
      (await tools[name].run(createContext(), parseToolInput(input))) as Record<string, unknown>,
    getConfirmation: async (name, input) =>
      tools[name].createConfirmation?.(createContext(), parseToolInput(input)),
  };
  const createContext = () => ({ ...harness, signal: harness.controller.signal });
  beforeEach(() => {
    harness.ui = new FakeUi();
    harness.clock = new TestClock(now);
    harness.controller = new AbortController();
  });
  return harness;
}
