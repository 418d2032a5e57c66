import type { Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import {
  createFaults,
  createHtmlResponse,
  type Fault,
  formatHead,
  type OriginResponse,
  toBytes,
} from './Fault.ts';

/** JSON with this nesting depth overflows the stack of a recursive function. */
const depth = 100_000;
/** A count beyond `Number.MAX_SAFE_INTEGER`, which a JavaScript `number` can't represent exactly. */
export const unsafeRowCount = 9_007_199_254_740_993n;

const notJson = { kind: 'invalidResponse', reason: 'notJson', status: 200 } as const;
const shape = { kind: 'invalidResponse', reason: 'shape', status: 200 } as const;
const tooLarge = { kind: 'invalidResponse', reason: 'tooLarge', status: undefined } as const;
const gzip = { 'content-encoding': 'gzip' };
const compression = { kind: 'invalidResponse', reason: 'compression', status: 200 } as const;

type Inject = (socket: Socket, response: OriginResponse) => void;

/** Creates a function that sends the response with another body and the right Content-Length. */
const injectBody =
  (change: (body: Buffer) => string | Uint8Array, headers: Readonly<Record<string, string>> = {}): Inject =>
  (socket, response) =>
    void socket.write(
      toBytes({
        status: response.status,
        headers: { ...response.headers, ...headers },
        body: Buffer.from(change(response.body)),
      }),
    );

/** Creates a function that sends the response with a changed body. */
const injectText = (change: (text: string) => string): Inject =>
  injectBody((body) => change(body.toString()));

/** Creates a function that adds an unknown field to the object in a response, or to the first object in a list. */
const injectField = (value: string): Inject =>
  injectText((text) => {
    const json = JSON.parse(text) as Record<string, unknown>;
    const { data: [item] = [json] } = json as { data?: Record<string, unknown>[] };
    Object.assign(item ?? json, { unknown_field: 'here' });
    return JSON.stringify(json).replace('"here"', value);
  });

/** 16 MB of zeros, compressed to 16 kB. Any number of copies in a row is a valid gzip stream. */
const zeros = gzipSync(Buffer.alloc(16_000_000));

/**
 * Sends the same bytes `times` times, as fast as the client reads them, and then closes the connection. Stops early if
 * the client disconnects.
 */
function sendRepeatedly(socket: Socket, bytes: Buffer, times: number): void {
  function* repeated(): Generator<Buffer> {
    for (let sent = 0; sent < times; sent += 1) {
      yield bytes;
    }
  }
  pipeline(repeated, socket, () => undefined);
}

const deepArray = '['.repeat(depth) + ']'.repeat(depth);
const deepObject = '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);

/** Complete responses with bodies that are invalid or unusual. */
export const bodyFaults: readonly Fault[] = [
  ...createFaults(
    'request',
    { kind: 'invalidResponse', reason: 'html', status: 200 },
    {
      'a login page': (socket) => socket.write(toBytes(createHtmlResponse(200))),
    },
  ),
  ...createFaults('response', notJson, {
    'an empty body': injectBody(() => ''),
    'half of the body': injectBody((body) => body.subarray(0, body.length / 2)),
    'garbage after the JSON': injectText((text) => `${text}]}garbage`),
    'wrong bytes at the end': injectText((text) => `${text.slice(0, -2)}}]`),
    'the JSON twice': injectText((text) => text + text),
    'plain text': injectBody(() => 'ok'),
    'bytes that aren’t UTF-8': injectBody(() => Buffer.alloc(1_000, 0xff)),
    // Because of the large number, the client parses with a reviver, whose stack the nested arrays overflow.
    'an unknown field of 100,000 nested arrays and a number beyond 2^53': injectField(
      `[${deepArray},${unsafeRowCount}]`,
    ),
    'half of the gzip': injectBody((body) => gzipSync(body).subarray(0, gzipSync(body).length / 2), gzip),
    'gzip in gzip': injectBody((body) => gzipSync(gzipSync(body)), gzip),
    'an unknown compression': injectBody((body) => body.map((byte) => byte ^ 0x55), {
      'content-encoding': 'zebra',
    }),
  }),
  ...createFaults('response', shape, {
    'JSON: null': injectBody(() => 'null'),
    'JSON: an empty array': injectBody(() => '[]'),
    'JSON: a string': injectBody(() => '"text"'),
    'JSON: a number': injectBody(() => '12'),
    'JSON: an empty object': injectBody(() => '{}'),
    'JSON: null as data': injectBody(() => '{"data":null}'),
    'JSON: a list of unknown objects': injectBody(
      () => '{"data":[{"id":"1","title":"a"},{"id":"2","title":"b"}]}',
    ),
    'JSON: 100,000 nested arrays': injectBody(() => deepArray),
  }),
  ...createFaults('response', 'harmless', {
    'an unknown field of 100,000 nested arrays': injectField(deepArray),
    'an unknown field of 100,000 nested objects': injectField(deepObject),
    // JSON.parse uses the last of several values with the same key.
    'duplicate keys': injectText((text) => text.replace(/"(id|version|state)":/g, '"$1":"other","$1":')),
    'duplicate lists': injectText((text) =>
      text.replace('{"data":', '{"data":[{"id":"1","name":"other"}],"data":'),
    ),
    'a key called __proto__': injectText((text) => text.replace('{', '{"__proto__":{"id":"other"},')),
    'an unknown field of extreme numbers': injectField(
      '[1e999,-1e999,1e-999,-0,123456789012345678901234567890.5e300]',
    ),
    'a byte order mark': injectText((text) => `\ufeff${text}`),
    'white space around the JSON': injectText((text) => `\r\n\t ${text} \n`),
    'JSON with the content type of HTML': injectBody((body) => body, {
      'content-type': 'text/html; charset=iso-8859-1',
    }),
    'JSON without a content type': (socket, { status, headers: { date = '' }, body }) =>
      socket.write(toBytes({ status, headers: { date }, body })),
    'gzip without its trailer': injectBody((body) => gzipSync(body).subarray(0, -8), gzip),
    'a compression that wasn’t requested': injectBody((body) => brotliCompressSync(body), {
      'content-encoding': 'br',
    }),
  }),
  ...createFaults(
    'request',
    { kind: 'invalid', status: 422, serverMessages: ['Validation failed'] },
    {
      '422 with 100,000 nested objects': (socket) =>
        socket.write(
          toBytes({
            status: 422,
            headers: { 'content-type': 'application/json' },
            body: Buffer.from(`{"summary":"Validation failed","validation_errors":{"sink":${deepObject}}}`),
          }),
        ),
    },
  ),
  ...createFaults('response', 'harmlessExceptValues', {
    'numbers beyond 2^53': injectText((text) =>
      text.replace(/("rows_\w+_count":)\d+/g, `$1${unsafeRowCount}`),
    ),
    'invalid UTF-8 in a string': injectBody((body) => {
      const [before = '', after] = body
        .toString()
        .replace(/"(name|sort_column|version|yaml)":(?:null|"(?:[^"\\]|\\.)*")/, '"$1":"here"')
        .split('here');
      return after === undefined
        ? body
        : Buffer.concat([Buffer.from(before), Buffer.from([0xff, 0xc3, 0x28]), Buffer.from(after)]);
    }),
  }),
  ...createFaults('response', compression, {
    'plain JSON declared as gzip': injectBody((body) => body, gzip),
    'gzip with a wrong checksum': injectBody(
      (body) => Buffer.concat([gzipSync(body).subarray(0, -8), Buffer.alloc(8)]),
      gzip,
    ),
  }),
  ...createFaults('response', tooLarge, {
    '1 GB of zeros in 1 MB of gzip': (socket, { status, headers }) => {
      socket.write(formatHead(status, { ...headers, 'content-encoding': 'gzip', connection: 'close' }));
      sendRepeatedly(socket, zeros, 64);
    },
    'endless zeros': (socket, { status, headers }) => {
      socket.write(formatHead(status, { ...headers, connection: 'close' }));
      sendRepeatedly(socket, Buffer.alloc(64_000), Infinity);
    },
  }),
];
