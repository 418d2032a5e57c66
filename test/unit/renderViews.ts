import assert from 'node:assert/strict';
import { createPageContent } from '../../src/detail/pageContent.ts';
import { formatBackfillJson } from '../../src/model/apiJson.ts';
import type { Snapshot } from '../../src/servers/Snapshot.ts';
import { describeBackfill } from '../../src/text/backfillText.ts';
import { describeDatabase, toDatabaseFacts } from '../../src/text/databaseText.ts';
import { describeSink, describeSource, formatDestination, groupChecks } from '../../src/text/sinkText.ts';
import { useVscodeStub } from '../bench/vscodeStub.ts';
import { connectionTo, now } from './samples.ts';

useVscodeStub();
const { listSinks } = await import('../../src/tree/rows/sink.ts');

/** Renders everything that the views show of a snapshot. Returns the texts as JSON. */
export function renderViews(snapshot: Snapshot): string {
  const connection = connectionTo('http://localhost:7376');
  const texts: unknown[] = [
    listSinks({ connection, snapshot }, { hideFinished: false, runningFirst: true, showDatabases: true }),
  ];
  for (const sink of snapshot.sinks.values()) {
    const backfills = [...(snapshot.backfills.get(sink.id)?.values() ?? [])];
    texts.push(
      describeSink(sink, backfills, { stalled: [] }),
      formatDestination(sink),
      describeSource(sink.source),
      groupChecks(sink.health),
    );
    for (const backfill of backfills) {
      const ref = { connectionId: connection.id, sinkId: sink.id, backfillId: backfill.id };
      texts.push(createPageContent(ref, { connection, snapshot, serverNow: now }));
      texts.push(describeBackfill(backfill, now));
      texts.push(formatBackfillJson(backfill, sink.name));
    }
  }
  for (const database of snapshot.databases.values()) {
    const test = snapshot.connectionTests.get(database.id);
    texts.push(describeDatabase(database, 1, test, now), toDatabaseFacts(database, [], test, now));
  }
  return JSON.stringify(texts);
}

/** Asserts that text contains no trace of a misread value, such as `NaN` or `[object Object]`. */
export function assertReadable(text: string, message: string): void {
  assert.doesNotMatch(text, /\[object|NaN|Invalid Date|undefined|Infinity|function/, message);
  assert.ok(text.isWellFormed(), message);
}
