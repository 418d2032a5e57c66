import assert from 'node:assert/strict';
import type { DatabaseJson, SinkJson } from '../../../src/sampleServer/sequinTypes.ts';
import type { ConfigItem, EmulatedWorld } from '../../emulator/EmulatedWorld.ts';
import { type ConfigRecording, readConfigRecordings } from '../../recordings/recordings.ts';
import { useEmulators } from '../useServers.ts';

interface PlanBody {
  readonly changes: {
    readonly resource_type: string;
    readonly action: string;
    readonly old: ConfigItem | null;
    readonly new: ConfigItem | null;
  }[];
  readonly actions: { readonly description: string }[];
}

const isPlan = (body: unknown): body is PlanBody => typeof body === 'object' && 'changes' in (body ?? {});
const recordings = readConfigRecordings();
const plans = recordings.filter(({ response }) => isPlan(response.body));

describe('Emulator with recorded configurations', () => {
  const startEmulator = useEmulators();

  async function send(
    { request: { method, path, body } }: ConfigRecording,
    prepare: (world: EmulatedWorld) => void,
  ): Promise<{ status: number; body: unknown }> {
    const { url, token, world } = await startEmulator({ scenario: 'empty', latency: false });
    prepare(world);
    const response = await fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json',
        'content-type': 'application/json',
      },
      ...(body !== null && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  }

  for (const recording of plans) {
    it(`returns the recorded plan: ${recording.name}`, async () => {
      const recorded = recording.response.body as PlanBody;
      const { status, body } = await send(recording, (world) => {
        restore(world, recorded.changes);
      });
      assert.equal(status, 200);
      const actual = body as PlanBody;
      assert.deepEqual(actual.actions, recorded.actions);
      assert.deepEqual(toComparable(actual), toComparable(recorded));
    });
  }

  /** The resources of the account before the rejected requests. */
  const account = (plans.find(({ name }) => name.startsWith('y03'))?.response.body as PlanBody).changes;
  for (const recording of recordings.filter(({ response }) => response.status !== 200)) {
    it(`returns the recorded rejection: ${recording.name}`, async () => {
      const { status, body } = await send(recording, (world) => {
        restore(world, account);
      });
      assert.deepEqual({ status, body }, recording.response);
    });
  }

  for (const recording of recordings.filter(({ name }) => /^y(?:02|05|43)-apply/.test(name))) {
    it(`returns the recorded passwords in clear text after an apply: ${recording.name}`, async () => {
      const listPasswords = (body: unknown) =>
        (body as { resources: ConfigItem[] }).resources
          .filter((resource) => 'hostname' in resource && resource['name'] === 'shop')
          .map(({ name, password }) => ({ name, password }));
      const { status, body } = await send(recording, (world) => {
        restore(world, recording.name.startsWith('y02') ? [] : account);
      });
      assert.equal(status, 200);
      assert.deepEqual(listPasswords(body), listPasswords(recording.response.body));
    });
  }

  it('exports every section as recorded, with masked secrets (recording y40)', async () => {
    const recording = recordings.find(({ name }) => name.startsWith('y40'));
    assert.ok(recording);
    const { body } = await send(recording, (world) => {
      restore(world, account);
    });
    const listKeys = ({ yaml }: { yaml: string }) =>
      yaml.match(/^[a-z_]+:|^ {4}[a-z_]+:|^ {2}- [a-z_]+:/gm)?.sort();
    const removeRepetitions = (keys: string[] | undefined) => [
      ...new Set(keys?.map((key) => key.replace('- ', '  '))),
    ];
    assert.deepEqual(
      removeRepetitions(listKeys(body as { yaml: string })),
      removeRepetitions(listKeys(recording.response.body as { yaml: string })),
    );
    assert.match((body as { yaml: string }).yaml, /password: p\*{6}s\n/);
  });
});

/** Adds the resources that the recorded server had before a plan. */
function restore(world: EmulatedWorld, changes: PlanBody['changes']): void {
  const listOldItems = (type: string): ConfigItem[] =>
    changes
      .filter((change) => change.resource_type === type)
      .flatMap(({ old: item }) => (item === null ? [] : [item]));
  // The items come from a real server, so they have the types that the emulator declares.
  for (const item of listOldItems('database')) {
    const { slot, publication, ...fields } = item as unknown as DatabaseJson &
      Record<'slot' | 'publication', ConfigItem>;
    const replicationSlot = { id: fields.id, status: 'active' };
    const names = { slot_name: String(slot['name']), publication_name: String(publication['name']) };
    world.addDatabase({ ...fields, replication_slots: [{ ...replicationSlot, ...names }] });
  }
  for (const item of listOldItems('http_endpoint')) {
    world.httpEndpoints.set(String(item['name']), item);
  }
  for (const item of listOldItems('function')) {
    world.functions.set(String(item['name']), item);
  }
  for (const item of listOldItems('sink')) {
    const { active_backfills, ...fields } = item as unknown as SinkJson;
    world.addSink(fields);
    for (const backfill of active_backfills) {
      world.addBackfill(fields.name, backfill);
    }
  }
}

/** Returns the sorted changes, without the ids of new resources, and without the account, whose name isn't emulated. */
function toComparable({ changes }: PlanBody): unknown[] {
  return changes
    .filter((change) => change.resource_type !== 'account')
    .map(({ old, new: planned, ...change }) => ({
      ...change,
      old,
      new: old === null ? { ...planned, id: '' } : planned,
    }))
    .sort((a, b) => toKey(a).localeCompare(toKey(b)));
}

function toKey({ resource_type, new: planned }: { resource_type: string; new: ConfigItem | null }): string {
  return `${resource_type} ${String(planned?.['name'] ?? planned?.['email'])}`;
}
