import type { Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { createHtmlResponse, type Fault, formatHead, type OriginResponse, toBytes } from './Fault.ts';

/** The nesting depth of JSON that is too deep for a recursive function. */
const depth = 100_000;
/** A count beyond `Number.MAX_SAFE_INTEGER`, which would be rounded as a number. */
export const unsafeRowCount = 9_007_199_254_740_993n;

const notJson = { kind: 'invalidResponse', reason: 'notJson', status: 200 } as const;
const shape = { kind: 'invalidResponse', reason: 'shape', status: 200 } as const;
const tooLarge = { kind: 'invalidResponse', reason: 'tooLarge', status: undefined } as const;
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

/** Creates a function that sends the response with another text. */
const injectText = (change: (text: string) => string): Inject =>
  injectBody((body) => change(body.toString()));

/** Creates a function that adds an unknown field to the object, or to the first object of a list. `value` is JSON. */
const injectField = (value: string): Inject =>
  injectText((text) => {
    const json = JSON.parse(text) as Record<string, unknown>;
    const { data: [item] = [json] } = json as { data?: Record<string, unknown>[] };
    Object.assign(item ?? json, { unknown_field: 'here' });
    return JSON.stringify(json).replace('"here"', value);
  });

/** 16 MB of zeros, compressed to 16 kB. Repeated copies form one valid gzip stream of any length. */
const zeros = gzipSync(Buffer.alloc(16_000_000));

/** Sends the same bytes repeatedly, as fast as the client reads them, until it disconnects. */
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
  {
    name: 'a login page',
    outcome: { kind: 'invalidResponse', reason: 'html', status: 200 },
    stage: 'request',
    inject: (socket) => socket.write(toBytes(createHtmlResponse(200))),
  },
  { name: 'an empty body', outcome: notJson, stage: 'response', inject: injectBody(() => '') },
  {
    name: 'half of the body',
    outcome: notJson,
    stage: 'response',
    inject: injectBody((body) => body.subarray(0, body.length / 2)),
  },
  {
    name: 'garbage after the JSON',
    outcome: notJson,
    stage: 'response',
    inject: injectText((text) => `${text}]}garbage`),
  },
  {
    name: 'wrong bytes at the end',
    outcome: notJson,
    stage: 'response',
    inject: injectText((text) => `${text.slice(0, -2)}}]`),
  },
  { name: 'the JSON twice', outcome: notJson, stage: 'response', inject: injectText((text) => text + text) },
  { name: 'plain text', outcome: notJson, stage: 'response', inject: injectBody(() => 'ok') },
  {
    name: 'bytes that are not UTF-8',
    outcome: notJson,
    stage: 'response',
    inject: injectBody(() => Buffer.alloc(1_000, 0xff)),
  },
  { name: 'JSON: null', outcome: shape, stage: 'response', inject: injectBody(() => 'null') },
  { name: 'JSON: an empty array', outcome: shape, stage: 'response', inject: injectBody(() => '[]') },
  { name: 'JSON: a string', outcome: shape, stage: 'response', inject: injectBody(() => '"text"') },
  { name: 'JSON: a number', outcome: shape, stage: 'response', inject: injectBody(() => '12') },
  { name: 'JSON: an empty object', outcome: shape, stage: 'response', inject: injectBody(() => '{}') },
  {
    name: 'JSON: null as data',
    outcome: shape,
    stage: 'response',
    inject: injectBody(() => '{"data":null}'),
  },
  {
    name: 'JSON: a list of unknown objects',
    outcome: shape,
    stage: 'response',
    inject: injectBody(() => '{"data":[{"id":"1","title":"a"},{"id":"2","title":"b"}]}'),
  },
  {
    name: 'JSON: 100,000 nested arrays',
    outcome: shape,
    stage: 'response',
    inject: injectBody(() => deepArray),
  },
  {
    name: 'an unknown field of 100,000 nested arrays',
    outcome: 'harmless',
    stage: 'response',
    inject: injectField(deepArray),
  },
  {
    name: 'an unknown field of 100,000 nested objects',
    outcome: 'harmless',
    stage: 'response',
    inject: injectField(deepObject),
  },
  {
    name: 'an unknown field of 100,000 nested arrays and a number beyond 2^53',
    outcome: notJson,
    stage: 'response',
    inject: injectField(`[${deepArray},${unsafeRowCount}]`),
  },
  {
    name: '422 with 100,000 nested objects',
    outcome: { kind: 'invalid', status: 422, reasons: ['Validation failed'] },
    stage: 'request',
    inject: (socket) =>
      socket.write(
        toBytes({
          status: 422,
          headers: { 'content-type': 'application/json' },
          body: Buffer.from(`{"summary":"Validation failed","validation_errors":{"sink":${deepObject}}}`),
        }),
      ),
  },
  {
    name: 'duplicate keys',
    outcome: 'harmless',
    stage: 'response',
    // The last one is used.
    inject: injectText((text) => text.replace(/"(id|version|state)":/g, '"$1":"other","$1":')),
  },
  {
    name: 'duplicate lists',
    outcome: 'harmless',
    stage: 'response',
    inject: injectText((text) => text.replace('{"data":', '{"data":[{"id":"1","name":"other"}],"data":')),
  },
  {
    name: 'a key called __proto__',
    outcome: 'harmless',
    stage: 'response',
    inject: injectText((text) => text.replace('{', '{"__proto__":{"id":"other"},')),
  },
  {
    name: 'numbers beyond 2^53',
    outcome: 'harmlessButForValues',
    stage: 'response',
    inject: injectText((text) => text.replace(/("rows_\w+_count":)\d+/g, `$1${unsafeRowCount}`)),
  },
  {
    name: 'an unknown field of extreme numbers',
    outcome: 'harmless',
    stage: 'response',
    inject: injectField('[1e999,-1e999,1e-999,-0,123456789012345678901234567890.5e300]'),
  },
  {
    name: 'invalid UTF-8 in a string',
    outcome: 'harmlessButForValues',
    stage: 'response',
    inject: injectBody((body) => {
      const [before = '', after] = body
        .toString()
        .replace(/"(name|sort_column|version|yaml)":(?:null|"(?:[^"\\]|\\.)*")/, '"$1":"here"')
        .split('here');
      return after === undefined
        ? body
        : Buffer.concat([Buffer.from(before), Buffer.from([0xff, 0xc3, 0x28]), Buffer.from(after)]);
    }),
  },
  {
    name: 'a byte order mark',
    outcome: 'harmless',
    stage: 'response',
    inject: injectText((text) => `\ufeff${text}`),
  },
  {
    name: 'white space around the JSON',
    outcome: 'harmless',
    stage: 'response',
    inject: injectText((text) => `\r\n\t ${text} \n`),
  },
  {
    name: 'JSON with the content type of HTML',
    outcome: 'harmless',
    stage: 'response',
    inject: injectBody((body) => body, { 'content-type': 'text/html; charset=iso-8859-1' }),
  },
  {
    name: 'JSON without a content type',
    outcome: 'harmless',
    stage: 'response',
    inject: (socket, { status, headers: { date = '' }, body }) =>
      socket.write(toBytes({ status, headers: { date }, body })),
  },
  {
    name: 'plain JSON declared as gzip',
    outcome: compression,
    stage: 'response',
    inject: injectBody((body) => body, { 'content-encoding': 'gzip' }),
  },
  {
    name: 'gzip with a wrong checksum',
    outcome: compression,
    stage: 'response',
    inject: injectBody((body) => Buffer.concat([gzipSync(body).subarray(0, -8), Buffer.alloc(8)]), {
      'content-encoding': 'gzip',
    }),
  },
  {
    name: 'half of the gzip',
    outcome: notJson,
    stage: 'response',
    inject: injectBody((body) => gzipSync(body).subarray(0, gzipSync(body).length / 2), {
      'content-encoding': 'gzip',
    }),
  },
  {
    name: 'gzip without its trailer',
    outcome: 'harmless',
    stage: 'response',
    inject: injectBody((body) => gzipSync(body).subarray(0, -8), { 'content-encoding': 'gzip' }),
  },
  {
    name: 'gzip in gzip',
    outcome: notJson,
    stage: 'response',
    inject: injectBody((body) => gzipSync(gzipSync(body)), { 'content-encoding': 'gzip' }),
  },
  {
    name: 'a compression that was not requested',
    outcome: 'harmless',
    stage: 'response',
    inject: injectBody((body) => brotliCompressSync(body), { 'content-encoding': 'br' }),
  },
  {
    name: 'an unknown compression',
    outcome: notJson,
    stage: 'response',
    inject: injectBody((body) => body.map((byte) => byte ^ 0x55), { 'content-encoding': 'zebra' }),
  },
  {
    name: '1 GB of zeros in 1 MB of gzip',
    outcome: tooLarge,
    stage: 'response',
    inject: (socket, { status, headers }) => {
      socket.write(formatHead(status, { ...headers, 'content-encoding': 'gzip', connection: 'close' }));
      sendRepeatedly(socket, zeros, 64);
    },
  },
  {
    name: 'endless zeros',
    outcome: tooLarge,
    stage: 'response',
    inject: (socket, { status, headers }) => {
      socket.write(formatHead(status, { ...headers, connection: 'close' }));
      sendRepeatedly(socket, Buffer.alloc(64_000), Infinity);
    },
  },
];
