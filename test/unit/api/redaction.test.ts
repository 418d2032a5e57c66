import assert from 'node:assert/strict';
import { createApiClient } from '../../../src/api/createApiClient.ts';
import { createMetricsFetch } from '../../../src/api/createMetricsFetch.ts';
import { createSecretRedaction } from '../../../src/api/createSecretRedaction.ts';
import type { SinkListing } from '../../../src/api/SequinApi.ts';
import { type Failure, toFailure } from '../../../src/model/failure.ts';
import { useHttpServers } from '../useServers.ts';

/** A token with every kind of character that some encoding escapes. */
const token = 'a-token-"<&%+/\\\'=>-nN9';

const sink = { id: 's', name: 's', status: 'active', destination: { type: 'kafka' }, active_backfills: [] };

/** Serializes a value. Like some servers, escapes even characters that JSON allows unescaped, such as `<` and `/`. */
const toCautiousJson = (value: unknown): string =>
  JSON.stringify(value)
    .replaceAll('/', '\\/')
    .replace(/[<>&'+]/g, (character) => `\\u00${character.charCodeAt(0).toString(16).toUpperCase()}`);

describe('a token that the server echoes', () => {
  const startServer = useHttpServers();

  it('is not in the failure of a metrics request, and neither is the password', async () => {
    const password = 'secret-€-😀-é';
    const inJson = password.replace(
      /[^ -~]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    const { url } = await startServer((request, response) => {
      const texts = [request.headers.authorization, password, inJson, encodeURIComponent(password)];
      response.writeHead(422).end(`{"summary":"${texts.join(' or ')}"}`);
    });
    const fetch = createMetricsFetch({ url, username: 'user', password }, {});
    const failure = await fetch().then(
      () => '',
      (error: unknown) => JSON.stringify(toFailure(error)),
    );
    assert.match(failure, /Basic \*\*\*( or \*\*\*){3}/);
  });

  async function listSinks(status: number, body: string, headers = {}, apiToken = token): Promise<unknown> {
    const { url } = await startServer((_request, response) => {
      response.writeHead(status, headers).end(body);
    });
    const api = createApiClient({ address: url, token: apiToken });
    return api.listSinks({ retries: 0 }).catch((error: unknown): Failure | undefined => toFailure(error));
  }

  const bodies: Readonly<Record<string, unknown>> = {
    'a summary': { summary: `Token Bearer ${token} has no access` },
    'a validation error': { validation_errors: { table: [`is ${token}, not a table`] } },
    'the name of a field': { validation_errors: { [token]: ['is invalid'] } },
    'a URL': { summary: `See https://host/?token=${encodeURIComponent(token)}` },
  };
  for (const [place, body] of Object.entries(bodies)) {
    for (const [escaping, toJson] of [
      ['minimal escapes', JSON.stringify],
      ['more escapes', toCautiousJson],
    ] as const) {
      it(`is not in the failure if the echo is in ${place}, in JSON with ${escaping}`, async () => {
        const failure = JSON.stringify(await listSinks(422, toJson(body)));
        assert.match(failure, /\*\*\*/);
        assert.doesNotMatch(failure, /a-token|nN9/);
      });
    }
  }

  it('is not in the data of a sink', async () => {
    const check = { name: 'Message delivery', status: 'error', error: `rejected ${token}` };
    const data = [{ ...sink, name: token, health: { status: 'error', checks: [check] } }];
    const listed = JSON.stringify(await listSinks(200, toCautiousJson({ data })));
    assert.match(listed, /rejected \*\*\*/);
    assert.doesNotMatch(listed, /a-token|nN9/);
  });

  for (const character of ['!', 'a']) {
    it(`is replaced even if it repeats the character ${character} 50,000 times`, () => {
      const long = character.repeat(50_000);
      assert.equal(createSecretRedaction(long)(`no ${long} or ${long}`), 'no *** or ***');
    });
  }

  const long = `${token} 😀`.repeat(100);
  const truncated = long.slice(0, 1_500);
  for (const [form, echo] of [
    ['complete', long],
    ['escaped as in a URL', encodeURIComponent(long)],
    ['truncated', truncated],
    ['truncated after a backslash', `${truncated}\\`],
    ['escaped as in HTML from some point on', `${truncated}&lt;rest&gt;`],
  ] as const) {
    for (const toJson of [JSON.stringify, toCautiousJson]) {
      it(`is replaced up to the end of the JSON string if it is long and ${form}, serialized by ${toJson.name}`, () => {
        const redacted = createSecretRedaction(long)(toJson({ names: [echo, 'shop', echo], id: 's1' }));
        assert.deepEqual(JSON.parse(redacted), { names: ['***', 'shop', '***'], id: 's1' });
      });
    }
  }

  it('is not in the address that a redirect points to', async () => {
    const plain = 'plain-token-123';
    const failure = await listSinks(302, '', { location: `https://${plain}.example/login` }, plain);
    assert.deepEqual(failure, {
      kind: 'invalidResponse',
      reason: 'redirect',
      status: 302,
      origin: 'https://***.example',
    });
  });

  it('is replaced only as a whole, and only if it has at least 8 characters', async () => {
    const data = [{ ...sink, name: 'a-token8' }];
    for (const [apiToken, name] of [
      [token, 'a-token8'],
      ['a-token', 'a-token8'],
      ['a-token8', '***'],
    ] as const) {
      const listed = await listSinks(200, JSON.stringify({ data }), {}, apiToken);
      assert.equal((listed as SinkListing).items[0]?.sink.name, name);
    }
  });
});
