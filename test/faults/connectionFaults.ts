import type { Socket } from 'node:net';
import { bytesOf, type Fault, headOf, type ServerAnswer } from './Fault.ts';

const interrupted = { kind: 'network', reason: 'interrupted' } as const;

/** Sends bytes again and again, a few at a time, for as long as the client stays. */
function drip(socket: Socket, bytes: string): void {
  socket.write(bytes);
  const timer = setInterval(() => socket.write(bytes), 10);
  socket.on('close', () => {
    clearInterval(timer);
  });
}

/** Sends an answer in pieces, one after the other. */
function inPieces(socket: Socket, bytes: Buffer, size: number): void {
  const piece = bytes.subarray(0, size);
  socket.write(piece, () => {
    if (bytes.length > size) {
      inPieces(socket, bytes.subarray(size), size);
    }
  });
}

const half = (bytes: Buffer): Buffer => bytes.subarray(0, Math.floor(bytes.length / 2));
const headIn = (answer: ServerAnswer): Buffer => {
  const bytes = bytesOf(answer);
  return bytes.subarray(0, bytes.length - answer.body.length);
};
/** The whole head, and half of the body. */
const broken = (answer: ServerAnswer): Buffer => Buffer.concat([headIn(answer), half(answer.body)]);

/** What happens to a connection: it is slow, breaks, or never ends. */
export const connectionFaults: readonly Fault[] = [
  {
    name: 'latency',
    outcome: 'harmless',
    at: 'answer',
    strike: (socket, answer) => {
      setTimeout(() => socket.write(bytesOf(answer)), 50);
    },
  },
  {
    name: 'throttled bytes',
    outcome: 'harmless',
    at: 'answer',
    strike: (socket, answer) => {
      const bytes = bytesOf(answer);
      let sent = 0;
      const timer = setInterval(() => {
        socket.write(bytes.subarray(sent, sent + bytes.length / 10));
        sent += Math.floor(bytes.length / 10);
        if (sent >= bytes.length) {
          clearInterval(timer);
        }
      }, 5);
    },
  },
  {
    name: 'the bytes one by one',
    outcome: 'harmless',
    at: 'answer',
    strike: (socket, answer) => {
      inPieces(socket, bytesOf(answer), 1);
    },
  },
  { name: 'connection refused', outcome: { kind: 'network', reason: 'refused' }, at: 'port' },
  {
    name: 'connection closed at once',
    outcome: interrupted,
    at: 'connection',
    strike: (socket) => socket.end(),
  },
  {
    name: 'connection reset at once',
    outcome: interrupted,
    at: 'connection',
    strike: (socket) => socket.resetAndDestroy(),
  },
  {
    name: 'connection accepted and never answered',
    outcome: 'timeout',
    at: 'connection',
    strike: () => undefined,
  },
  {
    name: 'request never answered',
    outcome: 'timeout',
    at: 'request',
    strike: () => undefined,
  },
  {
    name: 'request done and never answered',
    outcome: 'timeout',
    at: 'answer',
    strike: () => undefined,
  },
  {
    name: 'reset before the request was done',
    outcome: interrupted,
    at: 'request',
    strike: (socket) => socket.resetAndDestroy(),
  },
  {
    name: 'reset before the head',
    outcome: interrupted,
    at: 'answer',
    strike: (socket) => socket.resetAndDestroy(),
  },
  {
    name: 'closed before the head',
    outcome: interrupted,
    at: 'answer',
    strike: (socket) => socket.end(),
  },
  {
    name: 'reset in the head',
    outcome: interrupted,
    at: 'answer',
    strike: (socket, answer) => socket.write(half(headIn(answer)), () => socket.resetAndDestroy()),
  },
  {
    name: 'closed in the head',
    outcome: interrupted,
    at: 'answer',
    strike: (socket, answer) => socket.end(half(headIn(answer))),
  },
  {
    name: 'reset after the head',
    outcome: interrupted,
    at: 'answer',
    strike: (socket, answer) => socket.write(headIn(answer), () => socket.resetAndDestroy()),
  },
  {
    name: 'reset in the body',
    outcome: interrupted,
    at: 'answer',
    strike: (socket, answer) => socket.write(broken(answer), () => socket.resetAndDestroy()),
  },
  {
    name: 'closed in the body',
    outcome: interrupted,
    at: 'answer',
    strike: (socket, answer) => socket.end(broken(answer)),
  },
  {
    name: 'body that stops and never ends',
    outcome: 'timeout',
    at: 'answer',
    strike: (socket, answer) => socket.write(broken(answer)),
  },
  {
    name: 'body that drips and never ends',
    outcome: 'timeout',
    at: 'answer',
    strike: (socket, { status, headers }) => {
      socket.write(headOf(status, headers));
      drip(socket, ' ');
    },
  },
  {
    name: 'head that drips and never ends',
    outcome: 'timeout',
    at: 'answer',
    strike: (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      drip(socket, 'x-and: more\r\n');
    },
  },
  {
    name: '100 Continue without end',
    outcome: 'timeout',
    at: 'answer',
    strike: (socket) => {
      drip(socket, headOf(100, {}));
    },
  },
  {
    name: 'closed after a whole answer',
    outcome: 'harmless',
    at: 'answer',
    strike: (socket, answer) => socket.end(bytesOf(answer)),
  },
];
