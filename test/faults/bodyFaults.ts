import type { Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { bytesOf, type Fault, headOf, htmlAnswer, type ServerAnswer } from './Fault.ts';

/** How deep the nested JSON is. */
const depth = 100_000;
/** One more than the last integer that a number holds for sure, and that it rounds. */
export const rowsBeyondNumbers = 9_007_199_254_740_993n;

const notJson = { kind: 'badAnswer', reason: 'notJson', status: 200 } as const;
const shape = { kind: 'badAnswer', reason: 'shape', status: 200 } as const;
const tooLarge = { kind: 'badAnswer', reason: 'tooLarge', status: undefined } as const;
const compression = { kind: 'badAnswer', reason: 'compression', status: 200 } as const;

type Strike = (socket: Socket, answer: ServerAnswer) => void;

/** The answer with another body, its length told as it is. */
const withBody =
  (change: (body: Buffer) => string | Uint8Array, headers: Readonly<Record<string, string>> = {}): Strike =>
  (socket, answer) =>
    void socket.write(
      bytesOf({
        status: answer.status,
        headers: { ...answer.headers, ...headers },
        body: Buffer.from(change(answer.body)),
      }),
    );

/** The answer with another text. */
const withText = (change: (text: string) => string): Strike => withBody((body) => change(body.toString()));

/** Puts a field that nobody knows behind the others of the object, or of the first one in a list. */
const withField = (value: string): Strike =>
  withText((text) => {
    const json = JSON.parse(text) as Record<string, unknown>;
    const { data: [item] = [json] } = json as { data?: Record<string, unknown>[] };
    Object.assign(item ?? json, { field_of_tomorrow: 'here' });
    return JSON.stringify(json).replace('"here"', value);
  });

/** 16 MB of zeros in 16 kB. One behind the other they are one gzip, as long as one likes. */
const zeros = gzipSync(Buffer.alloc(16_000_000));

/** Sends the same bytes again and again, as fast as the client takes them, until it goes away. */
function flood(socket: Socket, bytes: Buffer, times: number): void {
  function* repeated(): Generator<Buffer> {
    for (let sent = 0; sent < times; sent += 1) {
      yield bytes;
    }
  }
  pipeline(repeated, socket, () => undefined);
}

const deepArray = '['.repeat(depth) + ']'.repeat(depth);
const deepObject = '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);

/** Whole answers whose bodies are not what Sequin sends, or only look strange. */
export const bodyFaults: readonly Fault[] = [
  {
    name: 'a login page',
    outcome: { kind: 'badAnswer', reason: 'html', status: 200 },
    at: 'request',
    strike: (socket) => socket.write(bytesOf(htmlAnswer(200))),
  },
  { name: 'an empty body', outcome: notJson, at: 'answer', strike: withBody(() => '') },
  {
    name: 'half of the body',
    outcome: notJson,
    at: 'answer',
    strike: withBody((body) => body.subarray(0, body.length / 2)),
  },
  {
    name: 'garbage behind the JSON',
    outcome: notJson,
    at: 'answer',
    strike: withText((text) => `${text}]}garbage`),
  },
  {
    name: 'other bytes at the end',
    outcome: notJson,
    at: 'answer',
    strike: withText((text) => `${text.slice(0, -2)}}]`),
  },
  { name: 'the JSON twice', outcome: notJson, at: 'answer', strike: withText((text) => text + text) },
  { name: 'plain text', outcome: notJson, at: 'answer', strike: withBody(() => 'ok') },
  {
    name: 'bytes that are no text',
    outcome: notJson,
    at: 'answer',
    strike: withBody(() => Buffer.alloc(1_000, 0xff)),
  },
  { name: 'JSON: null', outcome: shape, at: 'answer', strike: withBody(() => 'null') },
  { name: 'JSON: an empty list', outcome: shape, at: 'answer', strike: withBody(() => '[]') },
  { name: 'JSON: a text', outcome: shape, at: 'answer', strike: withBody(() => '"text"') },
  { name: 'JSON: a number', outcome: shape, at: 'answer', strike: withBody(() => '12') },
  { name: 'JSON: an empty object', outcome: shape, at: 'answer', strike: withBody(() => '{}') },
  { name: 'JSON: nothing as data', outcome: shape, at: 'answer', strike: withBody(() => '{"data":null}') },
  {
    name: 'JSON: a list of things that nobody knows',
    outcome: shape,
    at: 'answer',
    strike: withBody(() => '{"data":[{"id":"1","title":"a"},{"id":"2","title":"b"}]}'),
  },
  {
    name: 'JSON: nothing but depth',
    outcome: shape,
    at: 'answer',
    strike: withBody(() => deepArray),
  },
  { name: 'nested 100,000 deep: lists', outcome: 'harmless', at: 'answer', strike: withField(deepArray) },
  { name: 'nested 100,000 deep: objects', outcome: 'harmless', at: 'answer', strike: withField(deepObject) },
  {
    name: 'nested 100,000 deep, with a number beyond 2^53',
    outcome: notJson,
    at: 'answer',
    strike: withField(`[${deepArray},${rowsBeyondNumbers}]`),
  },
  {
    name: 'a refusal that is nested 100,000 deep',
    outcome: { kind: 'invalid', status: 422, reasons: ['Validation failed'] },
    at: 'request',
    strike: (socket) =>
      socket.write(
        bytesOf({
          status: 422,
          headers: { 'content-type': 'application/json' },
          body: Buffer.from(`{"summary":"Validation failed","validation_errors":{"sink":${deepObject}}}`),
        }),
      ),
  },
  {
    name: 'duplicate keys',
    outcome: 'harmless',
    at: 'answer',
    // The last one counts.
    strike: withText((text) => text.replace(/"(id|version|state)":/g, '"$1":"of another","$1":')),
  },
  {
    name: 'duplicate lists',
    outcome: 'harmless',
    at: 'answer',
    strike: withText((text) => text.replace('{"data":', '{"data":[{"id":"1","name":"of another"}],"data":')),
  },
  {
    name: 'a key called __proto__',
    outcome: 'harmless',
    at: 'answer',
    strike: withText((text) => text.replace('{', '{"__proto__":{"id":"of another"},')),
  },
  {
    name: 'numbers beyond 2^53',
    outcome: 'harmlessButForValues',
    at: 'answer',
    strike: withText((text) => text.replace(/("rows_\w+_count":)\d+/g, `$1${rowsBeyondNumbers}`)),
  },
  {
    name: 'numbers that are none of rows',
    outcome: 'harmless',
    at: 'answer',
    strike: withField('[1e999,-1e999,1e-999,-0,123456789012345678901234567890.5e300]'),
  },
  {
    name: 'invalid UTF-8 in a text',
    outcome: 'harmlessButForValues',
    at: 'answer',
    strike: withBody((body) => {
      const [before = '', after = ''] = body
        .toString()
        .replace(/"(name|sort_column|version)":(?:null|"[^"]*")/, '"$1":"here"')
        .split('here');
      return Buffer.concat([Buffer.from(before), Buffer.from([0xff, 0xc3, 0x28]), Buffer.from(after)]);
    }),
  },
  {
    name: 'a byte order mark',
    outcome: 'harmless',
    at: 'answer',
    strike: withText((text) => `\ufeff${text}`),
  },
  {
    name: 'white space around',
    outcome: 'harmless',
    at: 'answer',
    strike: withText((text) => `\r\n\t ${text} \n`),
  },
  {
    name: 'JSON that calls itself HTML',
    outcome: 'harmless',
    at: 'answer',
    strike: withBody((body) => body, { 'content-type': 'text/html; charset=iso-8859-1' }),
  },
  {
    name: 'JSON without a type',
    outcome: 'harmless',
    at: 'answer',
    strike: (socket, { status, headers: { date = '' }, body }) =>
      socket.write(bytesOf({ status, headers: { date }, body })),
  },
  {
    name: 'gzip that is not',
    outcome: compression,
    at: 'answer',
    strike: withBody((body) => body, { 'content-encoding': 'gzip' }),
  },
  {
    name: 'gzip whose sum is wrong',
    outcome: compression,
    at: 'answer',
    strike: withBody((body) => Buffer.concat([gzipSync(body).subarray(0, -8), Buffer.alloc(8)]), {
      'content-encoding': 'gzip',
    }),
  },
  {
    name: 'half of the gzip',
    outcome: notJson,
    at: 'answer',
    strike: withBody((body) => gzipSync(body).subarray(0, gzipSync(body).length / 2), {
      'content-encoding': 'gzip',
    }),
  },
  {
    name: 'gzip without its end',
    outcome: 'harmless',
    at: 'answer',
    strike: withBody((body) => gzipSync(body).subarray(0, -8), { 'content-encoding': 'gzip' }),
  },
  {
    name: 'gzip in gzip',
    outcome: notJson,
    at: 'answer',
    strike: withBody((body) => gzipSync(gzipSync(body)), { 'content-encoding': 'gzip' }),
  },
  {
    name: 'a compression that nobody asked for',
    outcome: 'harmless',
    at: 'answer',
    strike: withBody((body) => brotliCompressSync(body), { 'content-encoding': 'br' }),
  },
  {
    name: 'a compression that nobody knows',
    outcome: notJson,
    at: 'answer',
    strike: withBody((body) => body.map((byte) => byte ^ 0x55), { 'content-encoding': 'zebra' }),
  },
  {
    name: '1 GB of zeros in 1 MB of gzip',
    outcome: tooLarge,
    at: 'answer',
    strike: (socket, { status, headers }) => {
      socket.write(headOf(status, { ...headers, 'content-encoding': 'gzip', connection: 'close' }));
      flood(socket, zeros, 64);
    },
  },
  {
    name: 'zeros without end',
    outcome: tooLarge,
    at: 'answer',
    strike: (socket, { status, headers }) => {
      socket.write(headOf(status, { ...headers, connection: 'close' }));
      flood(socket, Buffer.alloc(64_000), Infinity);
    },
  },
];
