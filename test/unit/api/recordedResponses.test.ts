import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { decodeBackfill } from '../../../src/api/decodeBackfill.ts';
import { checkConfigApplied, decodeConfigExport, decodeConfigPlan } from '../../../src/api/decodeConfig.ts';
import { checkActionSucceeded, decodeDatabase } from '../../../src/api/decodeDatabase.ts';
import { decodeList } from '../../../src/api/decodeList.ts';
import { decodeVersion } from '../../../src/api/decodeServerInfo.ts';
import { decodeSink } from '../../../src/api/decodeSink.ts';

const folder = new URL('../../recordings/', import.meta.url);

interface Recording {
  readonly request: { readonly method: string; readonly path: string };
  readonly response: { readonly status: number; readonly body?: unknown; readonly body_text?: string };
}

const recordings = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file): [string, unknown] => [file, JSON.parse(readFileSync(new URL(file, folder), 'utf8'))]);

const failOnSkippedItem = (itemType: string, problem: string): void => {
  assert.fail(`skipped a ${itemType}: ${problem}`);
};

/** Yields every recorded 200 response of a route that the client uses, with the decoder for the route. */
function* listDecodableResponses(): Generator<[string, unknown, (json: unknown) => unknown]> {
  const routes: [RegExp, (json: unknown) => unknown][] = [
    [
      /^GET \/api\/sinks$/,
      (json) => decodeList(json, 'sink', failOnSkippedItem, (item) => decodeSink(item, failOnSkippedItem)),
    ],
    [/^(GET|PATCH) \/api\/sinks\/[^/]+$/, (json) => decodeSink(json, failOnSkippedItem)],
    [
      /^GET \/api\/sinks\/[^/]+\/backfills$/,
      (json) => decodeList(json, 'backfill', failOnSkippedItem, (item) => decodeBackfill('sink', item)),
    ],
    [/^(GET|PATCH|PUT) \/api\/sinks\/[^/]+\/backfills\/[^/]+$/, (json) => decodeBackfill('sink', json)],
    [/^POST \/api\/sinks\/[^/]+\/backfills$/, (json) => decodeBackfill('sink', json)],
    [
      /^GET \/api\/postgres_databases$/,
      (json) => decodeList(json, 'database', failOnSkippedItem, decodeDatabase),
    ],
    [/^POST \/api\/postgres_databases\/[^/]+\/(test_connection|refresh_tables)$/, checkActionSucceeded],
    [/^POST \/api\/config\/plan$/, decodeConfigPlan],
    [/^POST \/api\/config\/apply$/, checkConfigApplied],
    [/^GET \/api\/config\/export$/, decodeConfigExport],
    [/^GET \/info\/version$/, decodeVersion],
  ];
  for (const [file, content] of recordings) {
    if (typeof content === 'object' && content !== null && 'response' in content) {
      const { request, response } = content as Recording;
      const path = request.path.replace(/\?.*/, '').replace(/\/$/, '');
      const route = routes.find(([pattern]) => pattern.test(`${request.method} ${path}`));
      if (response.status === 200 && route !== undefined && response.body !== undefined) {
        yield [file, response.body, route[1]];
      }
    } else if (typeof content === 'object' && content !== null && 'samples' in content) {
      for (const sample of content.samples as { backfill?: unknown }[]) {
        if (sample.backfill !== undefined) {
          yield [file, sample.backfill, (json) => decodeBackfill('sink', json)];
        }
      }
    }
  }
}

describe('the response decoders', () => {
  const cases = [...listDecodableResponses()];

  it('accept every recorded response of a real server', () => {
    assert.ok(cases.length > 800, `only ${String(cases.length)} responses`);
    for (const [file, body, decode] of cases) {
      assert.doesNotThrow(() => decode(body), file);
    }
  });
});
