import type { Socket } from 'node:net';
import { type Fault, formatHead, type OriginResponse, toBytes } from './Fault.ts';

const interrupted = { kind: 'network', reason: 'interrupted' } as const;

/** Sends a few bytes every 10 ms until the client disconnects. */
function sendPeriodically(socket: Socket, bytes: string): void {
  socket.write(bytes);
  const timer = setInterval(() => socket.write(bytes), 10);
  socket.on('close', () => {
    clearInterval(timer);
  });
}

/** Sends bytes in pieces of `size`, one after the other. */
function sendInPieces(socket: Socket, bytes: Buffer, size: number): void {
  const piece = bytes.subarray(0, size);
  socket.write(piece, () => {
    if (bytes.length > size) {
      sendInPieces(socket, bytes.subarray(size), size);
    }
  });
}

const firstHalf = (bytes: Buffer): Buffer => bytes.subarray(0, Math.floor(bytes.length / 2));
const headBytes = (response: OriginResponse): Buffer => {
  const bytes = toBytes(response);
  return bytes.subarray(0, bytes.length - response.body.length);
};
/** The whole head and half of the body. */
const brokenBytes = (response: OriginResponse): Buffer =>
  Buffer.concat([headBytes(response), firstHalf(response.body)]);

/** Connections that are slow, break, or never end. */
export const connectionFaults: readonly Fault[] = [
  {
    name: 'latency',
    outcome: 'harmless',
    at: 'answer',
    inject: (socket, response) => {
      setTimeout(() => socket.write(toBytes(response)), 50);
    },
  },
  {
    name: 'throttled bytes',
    outcome: 'harmless',
    at: 'answer',
    inject: (socket, response) => {
      const bytes = toBytes(response);
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
    name: 'single bytes',
    outcome: 'harmless',
    at: 'answer',
    inject: (socket, response) => {
      sendInPieces(socket, toBytes(response), 1);
    },
  },
  { name: 'connection refused', outcome: { kind: 'network', reason: 'refused' }, at: 'port' },
  {
    name: 'connection closed immediately',
    outcome: interrupted,
    at: 'connection',
    inject: (socket) => socket.end(),
  },
  {
    name: 'connection reset immediately',
    outcome: interrupted,
    at: 'connection',
    inject: (socket) => socket.resetAndDestroy(),
  },
  {
    name: 'connection without any response',
    outcome: 'timeout',
    at: 'connection',
    inject: () => undefined,
  },
  {
    name: 'request without a response',
    outcome: 'timeout',
    at: 'request',
    inject: () => undefined,
  },
  {
    name: 'processed request without a response',
    outcome: 'timeout',
    at: 'answer',
    inject: () => undefined,
  },
  {
    name: 'reset before the request was processed',
    outcome: interrupted,
    at: 'request',
    inject: (socket) => socket.resetAndDestroy(),
  },
  {
    name: 'reset before the head',
    outcome: interrupted,
    at: 'answer',
    inject: (socket) => socket.resetAndDestroy(),
  },
  {
    name: 'closed before the head',
    outcome: interrupted,
    at: 'answer',
    inject: (socket) => socket.end(),
  },
  {
    name: 'reset in the head',
    outcome: interrupted,
    at: 'answer',
    inject: (socket, response) =>
      socket.write(firstHalf(headBytes(response)), () => socket.resetAndDestroy()),
  },
  {
    name: 'closed in the head',
    outcome: interrupted,
    at: 'answer',
    inject: (socket, response) => socket.end(firstHalf(headBytes(response))),
  },
  {
    name: 'reset after the head',
    outcome: interrupted,
    at: 'answer',
    inject: (socket, response) => socket.write(headBytes(response), () => socket.resetAndDestroy()),
  },
  {
    name: 'reset in the body',
    outcome: interrupted,
    at: 'answer',
    inject: (socket, response) => socket.write(brokenBytes(response), () => socket.resetAndDestroy()),
  },
  {
    name: 'closed in the body',
    outcome: interrupted,
    at: 'answer',
    inject: (socket, response) => socket.end(brokenBytes(response)),
  },
  {
    name: 'body that stalls',
    outcome: 'timeout',
    at: 'answer',
    inject: (socket, response) => socket.write(brokenBytes(response)),
  },
  {
    name: 'body that drips endlessly',
    outcome: 'timeout',
    at: 'answer',
    inject: (socket, { status, headers }) => {
      socket.write(formatHead(status, headers));
      sendPeriodically(socket, ' ');
    },
  },
  {
    name: 'head that drips endlessly',
    outcome: 'timeout',
    at: 'answer',
    inject: (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      sendPeriodically(socket, 'x-and: more\r\n');
    },
  },
  {
    name: 'endless 100 Continue',
    outcome: 'timeout',
    at: 'answer',
    inject: (socket) => {
      sendPeriodically(socket, formatHead(100, {}));
    },
  },
  {
    name: 'closed after a complete response',
    outcome: 'harmless',
    at: 'answer',
    inject: (socket, response) => socket.end(toBytes(response)),
  },
];
