import type { Random } from '../../../src/sampleServer/Random.ts';
import { invalidRequest } from '../../../src/sampleServer/responses.ts';
import type { DatabaseJson } from '../../../src/sampleServer/sequinTypes.ts';
import type { ConfigItem, EmulatedWorld } from '../EmulatedWorld.ts';
import { mask } from '../mask.ts';
import { type Change, pick, Rejection } from './Change.ts';

/**
 * Reads a database. Adds Sequin's further actions for it to `actions`.
 * @throws Rejection for a database that Sequin rejects
 */
export function readDatabase(
  world: EmulatedWorld,
  item: ConfigItem,
  random: Random,
  actions: string[],
): Change {
  const name = String(item['name']);
  const existing = world.findDatabase(name);
  const slot = readObjectName(item, 'slot');
  const publication = readObjectName(item, 'publication');
  const [current] = existing?.json.replication_slots ?? [];
  checkDatabase(item, name, current && { current: current.slot_name, requested: slot });
  if (existing === undefined) {
    for (const [kind, value, key] of [
      ['publication', publication, 'publication'],
      ['replication slot', slot, 'slot'],
    ] as const) {
      if ((item[key] as ConfigItem | undefined)?.['create_if_not_exists'] === true) {
        actions.push(`Ensure ${kind} \`${String(value)}\` exists`);
      }
    }
  }
  const knownPassword = existing ? world.getDatabaseState(existing).password : 'postgres';
  const password = (item['password'] as string | undefined) ?? knownPassword;
  const fields = {
    ...(existing?.json ?? {
      ssl: false,
      ipv6: false,
      pool_size: 10,
      username: 'postgres',
      use_local_tunnel: false,
    }),
    ...pick(item, ['hostname', 'username', 'database', 'pool_size', 'ssl', 'ipv6', 'use_local_tunnel']),
    name,
    // An omitted port is reset to the default (recording y04-23).
    port: (item['port'] as number | undefined) ?? 5432,
    password: mask(password),
    replication_slots: [
      current ?? {
        id: name,
        status: 'active',
        slot_name: String(slot),
        publication_name: String(publication),
      },
    ],
  } as Partial<DatabaseJson> & { name: string };
  const id = existing?.json.id ?? random.uuid();
  return {
    type: 'database',
    old: existing === undefined ? null : renderDatabase(existing.json),
    new: renderDatabase({ ...fields, id } as DatabaseJson),
    apply: () => {
      const database = existing ?? world.addDatabase({ ...fields, id });
      Object.assign(database.json, fields);
      world.getDatabaseState(database).password = password;
    },
  };
}

/** Reads the name of a database's replication slot or publication. */
function readObjectName(item: ConfigItem, key: 'slot' | 'publication'): unknown {
  return (item[key] as ConfigItem | undefined)?.['name'] ?? item[`${key}_name`];
}

/** @throws Rejection for a database without a host name, or with another replication slot than its current one */
function checkDatabase(
  item: ConfigItem,
  name: string,
  slots: { readonly current: string; readonly requested: unknown } | undefined,
): void {
  if (item['hostname'] === undefined && item['url'] === undefined) {
    throw new Rejection({
      status: 400,
      body: { summary: `Error creating database '${name}': \n- hostname: can't be blank` },
    });
  }
  if (slots && typeof slots.requested === 'string' && slots.requested !== slots.current) {
    throw new Rejection(
      invalidRequest(
        `Updating a database's replication slot is not supported. You can update in the Sequin web console. (Current slot name: ${slots.current}, new slot name: ${slots.requested})`,
      ),
    );
  }
}

/** Renders a database in the format of a plan. */
export function renderDatabase({ replication_slots, ...json }: DatabaseJson): ConfigItem {
  const [slot] = replication_slots;
  const keys = ['id', 'name', 'port', 'ssl', 'ipv6', 'hostname', 'password', 'pool_size', 'username'];
  return {
    ...pick(json, [...keys, 'database', 'use_local_tunnel']),
    slot: { name: slot?.slot_name },
    publication: { name: slot?.publication_name },
  };
}
