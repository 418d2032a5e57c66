import assert from 'node:assert/strict';
import type { Backfill } from '../../../src/model/Backfill.ts';
import type { Sink } from '../../../src/model/Sink.ts';
import { setLocale } from '../../../src/text/format.ts';
import { describeSink as describeSinkWith, describeSource, groupChecks } from '../../../src/text/sinkText.ts';
import { backfill, sink } from '../samples.ts';

/** Describes a sink, by default without stalled backfills. */
const describeSink = (
  owner: Sink,
  unfinished: readonly Backfill[],
  options: Partial<Parameters<typeof describeSinkWith>[2]> = {},
): string => describeSinkWith(owner, unfinished, { stalled: [], ...options });

describe('describeSink', () => {
  beforeEach(() => {
    setLocale('en', 'UTC');
  });

  it('shows only the type of the destination if there are no unfinished backfills', () => {
    assert.equal(describeSink(sink(), []), 'Kafka');
    assert.equal(
      describeSink(sink({ destination: { type: 'carrier_pigeon', address: null, fields: {} } }), []),
      'carrier_pigeon',
    );
  });

  it('shows the status of an inactive sink', () => {
    assert.equal(describeSink(sink({ status: 'paused' }), []), 'Paused · Kafka');
    assert.equal(describeSink(sink({ status: 'disabled' }), []), 'Disabled · Kafka');
  });

  it('shows the number of running backfills and their combined progress', () => {
    assert.equal(describeSink(sink(), [backfill()]), '1 running · 47% · Kafka');
    const other = backfill({ rowsProcessed: 0, rowsInitial: 400_000 });
    assert.equal(describeSink(sink(), [backfill(), other]), '2 running · 15% · Kafka');
  });

  it('computes the percentage without the backfills that exceed their row count', () => {
    const overCount = backfill({ rowsProcessed: 206_000, rowsInitial: 200_002 });
    assert.equal(describeSink(sink(), [overCount]), '1 running · Kafka');
    assert.equal(describeSink(sink(), [backfill(), overCount]), '2 running · 47% · Kafka');
  });

  it('computes the percentage without the backfills whose rows aren’t counted yet', () => {
    const uncounted = backfill({ rowsInitial: null });
    assert.equal(describeSink(sink(), [backfill(), uncounted]), '2 running · 47% · Kafka');
    assert.equal(describeSink(sink(), [uncounted]), '1 running · Kafka');
  });

  it('shows starting backfills first, then stalled backfills', () => {
    const [stalled, running] = [backfill(), backfill({ rowsProcessed: 20_000 })];
    assert.equal(
      describeSink(sink(), [running, stalled], { stalled: [stalled] }),
      '1 stalled · 1 running · 10% · Kafka',
    );
    assert.equal(
      describeSink(sink({ status: 'paused' }), [stalled], { stalled: [stalled], startingCount: 1 }),
      'starting a backfill… · 1 stalled · Paused · Kafka',
    );
  });

  it('formats the number of starting backfills for the locale', () => {
    const describeStarting = (startingCount: number): string => describeSink(sink(), [], { startingCount });
    assert.equal(describeStarting(1200), 'starting 1,200 backfills… · Kafka');
    setLocale('de', 'UTC');
    assert.equal(describeStarting(1200), 'starting 1.200 backfills… · Kafka');
  });

  it('omits the percentage for an empty table', () => {
    assert.equal(describeSink(sink(), [backfill({ rowsInitial: 0, rowsProcessed: 0 })]), '1 running · Kafka');
  });

  it('shows both the status of the sink and its paused backfills', () => {
    assert.equal(
      describeSink(sink({ status: 'paused' }), [backfill({ state: 'paused' })]),
      'Paused · 1 paused · Kafka',
    );
  });
});

describe('groupChecks', () => {
  it('returns one group for each unhealthy check, with its error, and one group for all healthy checks', () => {
    const error = '[http_endpoint]: Unexpected status code: 500';
    const checks = [
      { name: 'Sink configuration', status: 'healthy', error: null },
      { name: 'Message delivery', status: 'error', error },
      { name: 'Message filtering', status: 'healthy', error: null },
      { name: 'Source tables', status: 'waiting', error: null },
    ];
    assert.deepEqual(groupChecks({ status: 'error', checks }), [
      { status: 'error', text: `Message delivery: Error: ${error}` },
      { status: 'waiting', text: 'Source tables: Waiting' },
      { status: 'healthy', text: 'Sink configuration, Message filtering' },
    ]);
    assert.deepEqual(groupChecks(null), []);
  });
});

describe('describeSource', () => {
  it('lists the included and excluded tables and schemas', () => {
    const source = { includeSchemas: null, excludeSchemas: null, includeTables: null, excludeTables: null };
    assert.equal(describeSource(null), 'all tables');
    assert.equal(describeSource(source), 'all tables');
    assert.equal(
      describeSource({ ...source, includeSchemas: ['public'] }),
      'all tables of the schema public',
    );
    assert.equal(
      describeSource({ ...source, includeTables: ['public.a', 'public.b'] }),
      'public.a, public.b',
    );
    assert.equal(describeSource({ ...source, includeTables: [] }), 'no tables');
    assert.equal(describeSource({ ...source, includeSchemas: [] }), 'no tables');
    assert.equal(describeSource({ ...source, excludeTables: [], excludeSchemas: [] }), 'all tables');
    assert.equal(describeSource({ ...source, excludeTables: ['public.a'] }), 'all tables, except public.a');
    assert.equal(
      describeSource({ ...source, excludeSchemas: ['audit'] }),
      'all tables, except the schema audit',
    );
    assert.equal(
      describeSource({
        includeSchemas: ['public', 'sales'],
        excludeSchemas: ['audit', 'old'],
        includeTables: null,
        excludeTables: ['public.a'],
      }),
      'all tables of the schemas public, sales, except public.a, except the schemas audit, old',
    );
  });

  it('lists only the tables that all filters of the sink include', () => {
    const source = {
      includeSchemas: ['public'],
      excludeSchemas: null,
      includeTables: ['public.a', 'public.b', 'sales.c'],
      excludeTables: ['public.b'],
    };
    assert.equal(describeSource(source), 'public.a');
    assert.equal(describeSource({ ...source, excludeSchemas: ['public'] }), 'no tables');
  });
});
