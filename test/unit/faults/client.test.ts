import assert from 'node:assert/strict';
import { toFailure } from '../../../src/model/failure.ts';
import type { RequestLogEntry, SequinApi } from '../../../src/api/SequinApi.ts';
import type { Fault } from '../../faults/Fault.ts';
import { faults } from '../../faults/faults.ts';
import { useServers } from '../useServers.ts';
import { allEnded, assertReadable, FaultLab, tables } from './FaultLab.ts';

type Lab = Pick<FaultLab, 'sinkId' | 'runningId'>;

/** A method of the client, and how to learn from the server itself what it should have told. */
interface Request {
  readonly name: keyof SequinApi;
  readonly ask: (api: SequinApi, lab: Lab) => Promise<unknown>;
  /** Asks in the same way, unless told: for a write, what has become of it. */
  readonly truth?: (direct: SequinApi, lab: Lab) => Promise<unknown>;
}

const requests: readonly Request[] = [
  { name: 'listSinks', ask: (api) => api.listSinks() },
  { name: 'getSink', ask: (api, { sinkId }) => api.getSink(sinkId) },
  { name: 'listBackfills', ask: (api, { sinkId }) => api.listBackfills(sinkId) },
  { name: 'getBackfill', ask: (api, { sinkId, runningId }) => api.getBackfill(sinkId, runningId) },
  {
    name: 'createBackfill',
    ask: (api, { sinkId }) => api.createBackfill(sinkId, { table: tables.free }),
    truth: async (direct, { sinkId }) =>
      (await direct.listBackfills(sinkId)).items.find(({ table }) => table === tables.free),
  },
  {
    name: 'updateBackfill',
    ask: (api, { sinkId, runningId }) => api.updateBackfill(sinkId, runningId, 'paused'),
    truth: (direct, { sinkId, runningId }) => direct.getBackfill(sinkId, runningId),
  },
  { name: 'getVersion', ask: (api) => api.getVersion() },
];

/** What one request came to. */
type Ended = { readonly answer: unknown } | { readonly error: unknown };

describe('every fault on the way to a server and back', () => {
  const stopLater = useServers();
  let combinations = 0;

  after(() => {
    console.log(
      `      ${combinations} combinations of ${faults.length} faults and ${requests.length} requests`,
    );
  });

  /** Each request has a server of its own, so that no write of one is seen by another. */
  async function check(fault: Fault, { name, ask, truth = ask }: Request): Promise<void> {
    const exchanges: RequestLogEntry[] = [];
    const lab = await stopLater(
      FaultLab.start({ onRequestFinished: (exchange) => exchanges.push(exchange) }),
    );
    const isWrite = truth !== ask;
    await lab.setFault(fault);
    const ended = await ask(lab.api, lab).then(
      (answer): Ended => ({ answer }),
      (error: unknown): Ended => ({ error }),
    );
    const expected = lab.failureOf(fault);
    // An old server has no such page, and whatever stands there is no version.
    const noVersion =
      name === 'getVersion' && ['notFound', 'invalid', 'badAnswer'].includes(expected?.kind ?? '');
    if (expected !== undefined && !noVersion) {
      assert.ok('error' in ended, `answered: ${JSON.stringify(ended)}`);
      assert.deepEqual(toFailure(ended.error) ?? ended.error, expected);
      assertReadable(expected, lab.emulator.token);
      const logged = `${String(ended.error)} ${JSON.stringify((ended.error as Error).cause)}`;
      assert.ok(!logged.includes(lab.emulator.token), logged);
    } else {
      assert.ok('answer' in ended, `failed: ${'error' in ended ? String(ended.error) : ''}`);
    }
    assert.ok(!JSON.stringify(exchanges).includes(lab.emulator.token));
    const tries = expected?.kind === 'network' && !isWrite ? 3 : 1;
    if (isWrite || expected?.kind === 'network') {
      // A read is asked again after the connection broke, a write never.
      assert.equal(lab.proxy.requests.length, fault.at === 'port' || fault.at === 'connection' ? 0 : tries);
    }
    assert.equal(lab.writes, isWrite && fault.at === 'answer' ? 1 : 0);
    await lab.setFault(undefined);
    if ('answer' in ended && !noVersion) {
      assertSame(ended.answer, await truth(lab.direct, lab), fault);
    }
    // All is well once the fault is gone, on the same client.
    assert.deepEqual(await requests[0]?.ask(lab.api, lab), await lab.direct.listSinks());
    assert.equal(await lab.api.getVersion(), await lab.direct.getVersion());
    combinations += 1;
  }

  for (const fault of faults) {
    it(`${fault.name}: ${outcomeName(fault)}`, async () => {
      await allEnded(
        requests.map((request) =>
          check(fault, request).catch((error: unknown) => {
            throw new Error(`${request.name}: ${String(error)}`, { cause: error });
          }),
        ),
      );
    });
  }
});

/** Whether an answer says what is so. */
function assertSame(answer: unknown, truth: unknown, { outcome }: Fault): void {
  if (outcome === 'harmless') {
    assert.deepEqual(answer, truth);
  } else {
    assert.deepEqual(idsIn(answer), idsIn(truth));
  }
}

function idsIn(answer: unknown): readonly string[] {
  const text = JSON.stringify([answer], (_key, value: unknown) => (typeof value === 'bigint' ? null : value));
  return text.match(/"id":"[^"]*"/g) ?? [];
}

function outcomeName({ outcome }: Fault): string {
  if (typeof outcome === 'string') {
    return outcome === 'timeout' ? 'timeout' : 'harmless';
  }
  return 'reason' in outcome ? `${outcome.kind} ${outcome.reason}` : outcome.kind;
}
