import { bytesOf, type Fault, headOf, type ServerAnswer } from './Fault.ts';

const notHttp = { kind: 'badAnswer', reason: 'notHttp', status: undefined } as const;
const notJson = { kind: 'badAnswer', reason: 'notJson', status: 200 } as const;

/** An answer whose length is told by these headers instead of by its true one. */
const framed = ({ status, headers, body }: ServerAnswer, framing: Readonly<Record<string, string>>): Buffer =>
  Buffer.concat([Buffer.from(headOf(status, { ...headers, ...framing })), body]);

/** A body as one chunk, without the one that ends it. */
const chunk = (body: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n')]);

const chunked = ({ status, headers }: ServerAnswer, ...chunks: readonly (Buffer | string)[]): Buffer =>
  Buffer.concat([
    Buffer.from(headOf(status, { ...headers, 'transfer-encoding': 'chunked' })),
    ...chunks.map((bytes) => Buffer.from(bytes)),
  ]);

/** Heads that are wrong, or only unusual, and bodies that are framed otherwise than their head says. */
export const headFaults: readonly Fault[] = [
  {
    name: '100 Continue before the answer',
    outcome: 'harmless',
    at: 'answer',
    strike: (socket, answer) => socket.write(Buffer.concat([Buffer.from(headOf(100, {})), bytesOf(answer)])),
  },
  {
    name: '103 Early Hints before the answer',
    outcome: 'harmless',
    at: 'answer',
    strike: (socket, answer) =>
      socket.write(Buffer.concat([Buffer.from(headOf(103, { link: '</a>' })), bytesOf(answer)])),
  },
  {
    name: '101 Switching Protocols',
    outcome: 'timeout',
    at: 'request',
    strike: (socket) => socket.write(headOf(101, { connection: 'upgrade', upgrade: 'websocket' })),
  },
  {
    name: 'something else than HTTP',
    outcome: notHttp,
    at: 'connection',
    strike: (socket) => socket.write('SSH-2.0-OpenSSH_9.6\r\n'),
  },
  {
    name: 'a head of 100 kB',
    outcome: { kind: 'badAnswer', reason: 'tooLarge', status: undefined },
    at: 'answer',
    strike: (socket, answer) =>
      socket.write(bytesOf({ ...answer, headers: { ...answer.headers, 'x-long': 'x'.repeat(100_000) } })),
  },
  {
    name: 'a header without a colon',
    outcome: notHttp,
    at: 'answer',
    strike: (socket, answer) =>
      socket.write(bytesOf(answer).toString('latin1').replace('\r\n', '\r\nbad\r\n')),
  },
  {
    name: 'the body’s end told by the end of the connection',
    outcome: 'harmless',
    at: 'answer',
    strike: (socket, answer) => socket.end(framed(answer, { connection: 'close' })),
  },
  {
    name: 'Content-Length that is too large, and the connection stays',
    outcome: 'timeout',
    at: 'answer',
    strike: (socket, answer) =>
      socket.write(framed(answer, { 'content-length': String(answer.body.length + 1) })),
  },
  {
    name: 'Content-Length that is too large, and the connection closes',
    outcome: { kind: 'network', reason: 'interrupted' },
    at: 'answer',
    strike: (socket, answer) =>
      socket.end(framed(answer, { 'content-length': String(answer.body.length + 1) })),
  },
  {
    name: 'Content-Length that is too small',
    outcome: notHttp,
    at: 'answer',
    strike: (socket, answer) =>
      socket.write(framed(answer, { 'content-length': String(answer.body.length - 1) })),
  },
  {
    name: 'Content-Length that is no number',
    outcome: notHttp,
    at: 'answer',
    strike: (socket, answer) => socket.write(framed(answer, { 'content-length': 'many' })),
  },
  {
    name: 'two Content-Lengths',
    outcome: notHttp,
    at: 'answer',
    strike: (socket, answer) =>
      socket.write(framed(answer, { 'content-length': '2', 'Content-Length': '3' })),
  },
  {
    name: 'Content-Length of 0',
    outcome: notJson,
    at: 'answer',
    strike: (socket, answer) => socket.write(bytesOf({ ...answer, body: Buffer.alloc(0) })),
  },
  {
    name: 'a second answer behind the first',
    outcome: 'harmless',
    at: 'answer',
    strike: (socket, answer) => {
      const second = bytesOf({ ...answer, body: Buffer.from('{"data":[],"version":"of another"}') });
      socket.write(Buffer.concat([bytesOf(answer), second]));
    },
  },
  {
    name: 'chunks',
    outcome: 'harmless',
    at: 'answer',
    strike: (socket, answer) => {
      const middle = Math.floor(answer.body.length / 2);
      const { body } = answer;
      socket.write(
        chunked(
          answer,
          chunk(body.subarray(0, middle)),
          chunk(body.subarray(middle)),
          '0\r\nx-trailer: 1\r\n\r\n',
        ),
      );
    },
  },
  {
    name: 'chunks that end without the last one',
    outcome: { kind: 'network', reason: 'interrupted' },
    at: 'answer',
    strike: (socket, answer) => socket.end(chunked(answer, chunk(answer.body))),
  },
  {
    name: 'chunks that break in the middle',
    outcome: notHttp,
    at: 'answer',
    strike: (socket, answer) => socket.write(chunked(answer, chunk(answer.body), 'no length\r\n{}\r\n')),
  },
  {
    name: 'a chunk that is longer than it says',
    outcome: notHttp,
    at: 'answer',
    strike: (socket, answer) => socket.write(chunked(answer, '5\r\n', answer.body, '\r\n0\r\n\r\n')),
  },
];
