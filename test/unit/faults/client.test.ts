import assert from 'node:assert/strict';
import type { RequestLogEntry, SequinApi } from '../../../src/api/SequinApi.ts';
import { SequinError, toFailure } from '../../../src/model/failure.ts';
import type { Fault } from '../../faults/Fault.ts';
import { faults } from '../../faults/faults.ts';
import { useServers } from '../useServers.ts';
import { assertPlainSentence, FaultHarness, settleAll, tables } from './FaultHarness.ts';

type Ids = Pick<FaultHarness, 'sinkId' | 'runningId' | 'databaseId'>;

/** A call of a client method, and how to read its expected result directly from the server. */
interface ClientCall {
  readonly name: keyof SequinApi;
  readonly send: (api: SequinApi, ids: Ids) => Promise<unknown>;
  /**
   * Reads the expected result of a write. Missing for a read, which must return what `send` returns without a fault.
   */
  readonly readExpected?: (directApi: SequinApi, ids: Ids) => Promise<unknown>;
}

const calls: readonly ClientCall[] = [
  { name: 'listSinks', send: (api) => api.listSinks() },
  { name: 'getSink', send: (api, { sinkId }) => api.getSink(sinkId) },
  { name: 'listBackfills', send: (api, { sinkId }) => api.listBackfills(sinkId) },
  { name: 'getBackfill', send: (api, { sinkId, runningId }) => api.getBackfill(sinkId, runningId) },
  {
    name: 'createBackfill',
    send: (api, { sinkId }) => api.createBackfill(sinkId, { table: tables.free }),
    readExpected: async (directApi, { sinkId }) =>
      (await directApi.listBackfills(sinkId)).items.find(({ table }) => table === tables.free),
  },
  {
    name: 'updateBackfill',
    send: (api, { sinkId, runningId }) => api.updateBackfill(sinkId, runningId, 'paused'),
    readExpected: (directApi, { sinkId, runningId }) => directApi.getBackfill(sinkId, runningId),
  },
  {
    name: 'updateSink',
    send: async (api, { sinkId }) => (await api.updateSink(sinkId, 'paused')).sink.status,
    readExpected: async (directApi, { sinkId }) => (await directApi.getSink(sinkId)).sink.status,
  },
  { name: 'listDatabases', send: (api) => api.listDatabases() },
  {
    name: 'testDatabase',
    // This method returns a rejection (status 422) instead of throwing it. The rejection is thrown here, so the test
    // can check it like other failures.
    send: async (api, { databaseId }) => {
      const test = await api.testDatabase(databaseId);
      if (!test.isPassed) {
        const serverMessages = test.reason === null ? [] : [test.reason];
        throw new SequinError({ kind: 'invalid', status: 422, serverMessages });
      }
      return test;
    },
    readExpected: (directApi, { databaseId }) => directApi.testDatabase(databaseId),
  },
  {
    name: 'planConfig',
    // Not a write, but not retried either, because it is a POST request.
    send: (api) => api.planConfig(''),
    readExpected: (directApi) => directApi.planConfig(''),
  },
  {
    name: 'applyConfig',
    send: (api) => api.applyConfig(''),
    readExpected: () => Promise.resolve(undefined),
  },
  { name: 'exportConfig', send: (api) => api.exportConfig() },
  { name: 'getVersion', send: (api) => api.getVersion() },
];

/** The outcome of one call. */
type CallOutcome = { readonly response: unknown } | { readonly error: unknown };

describe('API client behind a fault proxy', () => {
  const stopLater = useServers();
  let combinations = 0;

  after(() => {
    console.log(`      ${combinations} combinations of ${faults.length} faults and ${calls.length} calls`);
  });

  /** Uses a separate server for each call, so that no call sees the writes of another call. */
  async function check(fault: Fault, { name, send, readExpected = send }: ClientCall): Promise<void> {
    const logEntries: RequestLogEntry[] = [];
    const harness = await stopLater(
      FaultHarness.start({ onRequestFinished: (entry) => logEntries.push(entry) }),
    );
    const isWrite = readExpected !== send;
    await harness.setFault(fault);
    const outcome = await send(harness.api, harness).then(
      (response): CallOutcome => ({ response }),
      (error: unknown): CallOutcome => ({ error }),
    );
    const expected = harness.getExpectedFailure(fault);
    // An old server has no version page, and a gateway may reject the request, so these failures mean "unknown
    // version".
    const isUnknownVersion =
      name === 'getVersion' &&
      ['notFound', 'invalid', 'invalidResponse', 'unauthorized'].includes(expected?.kind ?? '');
    if (expected !== undefined && !isUnknownVersion) {
      assert.ok('error' in outcome, `succeeded: ${JSON.stringify(outcome)}`);
      assert.deepEqual(toFailure(outcome.error), expected);
      assertPlainSentence(expected, harness.emulator.token);
      const logged = `${String(outcome.error)} ${JSON.stringify((outcome.error as Error).cause)}`;
      assert.ok(!logged.includes(harness.emulator.token), logged);
    } else {
      assert.ok('response' in outcome, `failed: ${'error' in outcome ? String(outcome.error) : ''}`);
    }
    assert.ok(!JSON.stringify(logEntries).includes(harness.emulator.token));
    const attempts = expected?.kind === 'network' && !isWrite ? 3 : 1;
    if (isWrite || expected?.kind === 'network') {
      // Reads are retried after a connection error. Writes are never retried.
      assert.equal(
        harness.proxy.requests.length,
        fault.stage === 'port' || fault.stage === 'connection' ? 0 : attempts,
      );
    }
    assert.equal(harness.writeCount, isWrite && fault.stage === 'response' ? 1 : 0);
    await harness.setFault(undefined);
    if ('response' in outcome && !isUnknownVersion) {
      assertSame(outcome.response, await readExpected(harness.directApi, harness), fault);
    }
    // After the fault, the same client works again.
    assert.deepEqual(await calls[0]?.send(harness.api, harness), await harness.directApi.listSinks());
    assert.equal(await harness.api.getVersion(), await harness.directApi.getVersion());
    combinations += 1;
  }

  for (const fault of faults) {
    it(`${describeOutcome(fault)}: ${fault.name}`, async () => {
      await settleAll(
        calls.map((call) =>
          check(fault, call).catch((error: unknown) => {
            throw new Error(`${call.name}: ${String(error)}`, { cause: error });
          }),
        ),
      );
    });
  }
});

/** Asserts that a response equals the expected response or, if the fault changes values, contains the same ids. */
function assertSame(actual: unknown, expected: unknown, { outcome }: Fault): void {
  if (outcome === 'harmless') {
    assert.deepEqual(actual, expected);
  } else {
    assert.deepEqual(collectIds(actual), collectIds(expected));
  }
}

function collectIds(response: unknown): readonly string[] {
  const text = JSON.stringify([response], (_key, value: unknown) =>
    typeof value === 'bigint' ? null : value,
  );
  return text.match(/"id":"[^"]*"/g) ?? [];
}

function describeOutcome({ outcome }: Fault): string {
  if (typeof outcome === 'string') {
    return outcome === 'timeout' ? 'times out' : 'succeeds despite the fault';
  }
  return `fails with ${'reason' in outcome ? `${outcome.kind} ${outcome.reason}` : outcome.kind}`;
}
