import { createFaults, type Fault, formatHead, type OriginResponse, toBytes } from './Fault.ts';

const notHttp = { kind: 'invalidResponse', reason: 'notHttp', status: undefined } as const;
const interrupted = { kind: 'network', reason: 'interrupted' } as const;
const tooLarge = { kind: 'invalidResponse', reason: 'tooLarge', status: undefined } as const;
const notJson = { kind: 'invalidResponse', reason: 'notJson', status: 200 } as const;

/** Serializes a response with the headers in `framing` instead of a correct Content-Length. */
const serializeFramed = (
  { status, headers, body }: OriginResponse,
  framing: Readonly<Record<string, string>>,
): Buffer => Buffer.concat([Buffer.from(formatHead(status, { ...headers, ...framing })), body]);

/** Encodes a body as one chunk, without the terminating chunk. */
const encodeChunk = (body: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n')]);

/** Serializes a response whose body consists of chunks that the caller has encoded. */
const serializeChunked = (
  { status, headers }: OriginResponse,
  ...chunks: readonly (Buffer | string)[]
): Buffer =>
  Buffer.concat([
    Buffer.from(formatHead(status, { ...headers, 'transfer-encoding': 'chunked' })),
    ...chunks.map((bytes) => Buffer.from(bytes)),
  ]);

/** Invalid or unusual response heads, and bodies that don't match their head. */
export const headFaults: readonly Fault[] = [
  ...createFaults('response', 'harmless', {
    '100 Continue before the response': (socket, response) =>
      socket.write(Buffer.concat([Buffer.from(formatHead(100, {})), toBytes(response)])),
    '103 Early Hints before the response': (socket, response) =>
      socket.write(Buffer.concat([Buffer.from(formatHead(103, { link: '</a>' })), toBytes(response)])),
    'body ended by closing the connection': (socket, response) =>
      socket.end(serializeFramed(response, { connection: 'close' })),
    'a second response after the first': (socket, response) => {
      const second = toBytes({ ...response, body: Buffer.from('{"data":[],"version":"other"}') });
      socket.write(Buffer.concat([toBytes(response), second]));
    },
    'chunked body': (socket, response) => {
      const middle = Math.floor(response.body.length / 2);
      const { body } = response;
      socket.write(
        serializeChunked(
          response,
          encodeChunk(body.subarray(0, middle)),
          encodeChunk(body.subarray(middle)),
          '0\r\nx-trailer: 1\r\n\r\n',
        ),
      );
    },
  }),
  ...createFaults('request', 'timeout', {
    '101 Switching Protocols': (socket) =>
      socket.write(formatHead(101, { connection: 'upgrade', upgrade: 'websocket' })),
  }),
  ...createFaults('connection', notHttp, {
    'a protocol other than HTTP': (socket) => socket.write('SSH-2.0-OpenSSH_9.6\r\n'),
  }),
  ...createFaults('response', tooLarge, {
    'a head of 100 kB': (socket, response) =>
      socket.write(toBytes({ ...response, headers: { ...response.headers, 'x-long': 'x'.repeat(100_000) } })),
  }),
  ...createFaults('response', notHttp, {
    'a header without a colon': (socket, response) =>
      socket.write(toBytes(response).toString('latin1').replace('\r\n', '\r\nbad\r\n')),
    'Content-Length too small': (socket, response) =>
      socket.write(serializeFramed(response, { 'content-length': String(response.body.length - 1) })),
    'Content-Length that isn’t a number': (socket, response) =>
      socket.write(serializeFramed(response, { 'content-length': 'many' })),
    'two Content-Length headers': (socket, response) =>
      socket.write(serializeFramed(response, { 'content-length': '2', 'Content-Length': '3' })),
    'chunked body with a malformed chunk': (socket, response) =>
      socket.write(serializeChunked(response, encodeChunk(response.body), 'no length\r\n{}\r\n')),
    'a chunk longer than its declared length': (socket, response) =>
      socket.write(serializeChunked(response, '5\r\n', response.body, '\r\n0\r\n\r\n')),
  }),
  ...createFaults('response', 'timeout', {
    'Content-Length too large, connection stays open': (socket, response) =>
      socket.write(serializeFramed(response, { 'content-length': String(response.body.length + 1) })),
  }),
  ...createFaults('response', interrupted, {
    'Content-Length too large, connection closes': (socket, response) =>
      socket.end(serializeFramed(response, { 'content-length': String(response.body.length + 1) })),
    'chunked body without the terminating chunk': (socket, response) =>
      socket.end(serializeChunked(response, encodeChunk(response.body))),
  }),
  ...createFaults('response', notJson, {
    'Content-Length of 0': (socket, response) =>
      socket.write(toBytes({ ...response, body: Buffer.alloc(0) })),
  }),
];
