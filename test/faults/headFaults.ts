import { type Fault, formatHead, type OriginResponse, toBytes } from './Fault.ts';

const notHttp = { kind: 'invalidResponse', reason: 'notHttp', status: undefined } as const;
const notJson = { kind: 'invalidResponse', reason: 'notJson', status: 200 } as const;

/** Serializes a response with the headers `framing` instead of a Content-Length. */
const serializeFramed = (
  { status, headers, body }: OriginResponse,
  framing: Readonly<Record<string, string>>,
): Buffer => Buffer.concat([Buffer.from(formatHead(status, { ...headers, ...framing })), body]);

/** Encodes a body as one chunk, without the terminating chunk. */
const encodeChunk = (body: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n')]);

/** Serializes a response with a body of chunks, which the caller encodes. */
const serializeChunked = (
  { status, headers }: OriginResponse,
  ...chunks: readonly (Buffer | string)[]
): Buffer =>
  Buffer.concat([
    Buffer.from(formatHead(status, { ...headers, 'transfer-encoding': 'chunked' })),
    ...chunks.map((bytes) => Buffer.from(bytes)),
  ]);

/** Invalid or unusual heads, and bodies that don't match their head. */
export const headFaults: readonly Fault[] = [
  {
    name: '100 Continue before the response',
    outcome: 'harmless',
    stage: 'response',
    inject: (socket, response) =>
      socket.write(Buffer.concat([Buffer.from(formatHead(100, {})), toBytes(response)])),
  },
  {
    name: '103 Early Hints before the response',
    outcome: 'harmless',
    stage: 'response',
    inject: (socket, response) =>
      socket.write(Buffer.concat([Buffer.from(formatHead(103, { link: '</a>' })), toBytes(response)])),
  },
  {
    name: '101 Switching Protocols',
    outcome: 'timeout',
    stage: 'request',
    inject: (socket) => socket.write(formatHead(101, { connection: 'upgrade', upgrade: 'websocket' })),
  },
  {
    name: 'a protocol other than HTTP',
    outcome: notHttp,
    stage: 'connection',
    inject: (socket) => socket.write('SSH-2.0-OpenSSH_9.6\r\n'),
  },
  {
    name: 'a head of 100 kB',
    outcome: { kind: 'invalidResponse', reason: 'tooLarge', status: undefined },
    stage: 'response',
    inject: (socket, response) =>
      socket.write(toBytes({ ...response, headers: { ...response.headers, 'x-long': 'x'.repeat(100_000) } })),
  },
  {
    name: 'a header without a colon',
    outcome: notHttp,
    stage: 'response',
    inject: (socket, response) =>
      socket.write(toBytes(response).toString('latin1').replace('\r\n', '\r\nbad\r\n')),
  },
  {
    name: 'body ended by closing the connection',
    outcome: 'harmless',
    stage: 'response',
    inject: (socket, response) => socket.end(serializeFramed(response, { connection: 'close' })),
  },
  {
    name: 'Content-Length too large, connection stays open',
    outcome: 'timeout',
    stage: 'response',
    inject: (socket, response) =>
      socket.write(serializeFramed(response, { 'content-length': String(response.body.length + 1) })),
  },
  {
    name: 'Content-Length too large, connection closes',
    outcome: { kind: 'network', reason: 'interrupted' },
    stage: 'response',
    inject: (socket, response) =>
      socket.end(serializeFramed(response, { 'content-length': String(response.body.length + 1) })),
  },
  {
    name: 'Content-Length too small',
    outcome: notHttp,
    stage: 'response',
    inject: (socket, response) =>
      socket.write(serializeFramed(response, { 'content-length': String(response.body.length - 1) })),
  },
  {
    name: 'Content-Length that is not a number',
    outcome: notHttp,
    stage: 'response',
    inject: (socket, response) => socket.write(serializeFramed(response, { 'content-length': 'many' })),
  },
  {
    name: 'two Content-Length headers',
    outcome: notHttp,
    stage: 'response',
    inject: (socket, response) =>
      socket.write(serializeFramed(response, { 'content-length': '2', 'Content-Length': '3' })),
  },
  {
    name: 'Content-Length of 0',
    outcome: notJson,
    stage: 'response',
    inject: (socket, response) => socket.write(toBytes({ ...response, body: Buffer.alloc(0) })),
  },
  {
    name: 'a second response after the first',
    outcome: 'harmless',
    stage: 'response',
    inject: (socket, response) => {
      const second = toBytes({ ...response, body: Buffer.from('{"data":[],"version":"other"}') });
      socket.write(Buffer.concat([toBytes(response), second]));
    },
  },
  {
    name: 'chunked body',
    outcome: 'harmless',
    stage: 'response',
    inject: (socket, response) => {
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
  },
  {
    name: 'chunked body without the terminating chunk',
    outcome: { kind: 'network', reason: 'interrupted' },
    stage: 'response',
    inject: (socket, response) => socket.end(serializeChunked(response, encodeChunk(response.body))),
  },
  {
    name: 'chunked body with a malformed chunk',
    outcome: notHttp,
    stage: 'response',
    inject: (socket, response) =>
      socket.write(serializeChunked(response, encodeChunk(response.body), 'no length\r\n{}\r\n')),
  },
  {
    name: 'a chunk longer than its declared length',
    outcome: notHttp,
    stage: 'response',
    inject: (socket, response) =>
      socket.write(serializeChunked(response, '5\r\n', response.body, '\r\n0\r\n\r\n')),
  },
];
