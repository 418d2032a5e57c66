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

/** Sends pieces of `size` bytes, one after the other. */
function sendInPieces(socket: Socket, bytes: Buffer, size: number): void {
  const piece = bytes.subarray(0, size);
  socket.write(piece, () => {
    if (bytes.length > size) {
      sendInPieces(socket, bytes.subarray(size), size);
    }
  });
}

const getFirstHalf = (bytes: Buffer): Buffer => bytes.subarray(0, Math.floor(bytes.length / 2));
const serializeHead = (response: OriginResponse): Buffer => {
  const bytes = toBytes(response);
  return bytes.subarray(0, bytes.length - response.body.length);
};
/** Serializes the whole head and half of the body. */
const serializeBroken = (response: OriginResponse): Buffer =>
  Buffer.concat([serializeHead(response), getFirstHalf(response.body)]);

/** Connections that are slow, break, or never end. */
export const connectionFaults: readonly Fault[] = [
  {
    name: 'latency',
    outcome: 'harmless',
    stage: 'response',
    inject: (socket, response) => {
      setTimeout(() => socket.write(toBytes(response)), 50);
    },
  },
  {
    name: 'throttled bytes',
    outcome: 'harmless',
    stage: 'response',
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
    stage: 'response',
    inject: (socket, response) => {
      sendInPieces(socket, toBytes(response), 1);
    },
  },
  { name: 'connection refused', outcome: { kind: 'network', reason: 'refused' }, stage: 'port' },
  {
    name: 'connection closed immediately',
    outcome: interrupted,
    stage: 'connection',
    inject: (socket) => socket.end(),
  },
  {
    name: 'connection reset immediately',
    outcome: interrupted,
    stage: 'connection',
    inject: (socket) => socket.resetAndDestroy(),
  },
  {
    name: 'connection without any response',
    outcome: 'timeout',
    stage: 'connection',
    inject: () => undefined,
  },
  {
    name: 'request without a response',
    outcome: 'timeout',
    stage: 'request',
    inject: () => undefined,
  },
  {
    name: 'processed request without a response',
    outcome: 'timeout',
    stage: 'response',
    inject: () => undefined,
  },
  {
    name: 'reset before the request was processed',
    outcome: interrupted,
    stage: 'request',
    inject: (socket) => socket.resetAndDestroy(),
  },
  {
    name: 'reset before the head',
    outcome: interrupted,
    stage: 'response',
    inject: (socket) => socket.resetAndDestroy(),
  },
  {
    name: 'closed before the head',
    outcome: interrupted,
    stage: 'response',
    inject: (socket) => socket.end(),
  },
  {
    name: 'reset in the head',
    outcome: interrupted,
    stage: 'response',
    inject: (socket, response) =>
      socket.write(getFirstHalf(serializeHead(response)), () => socket.resetAndDestroy()),
  },
  {
    name: 'closed in the head',
    outcome: interrupted,
    stage: 'response',
    inject: (socket, response) => socket.end(getFirstHalf(serializeHead(response))),
  },
  {
    name: 'reset after the head',
    outcome: interrupted,
    stage: 'response',
    inject: (socket, response) => socket.write(serializeHead(response), () => socket.resetAndDestroy()),
  },
  {
    name: 'reset in the body',
    outcome: interrupted,
    stage: 'response',
    inject: (socket, response) => socket.write(serializeBroken(response), () => socket.resetAndDestroy()),
  },
  {
    name: 'closed in the body',
    outcome: interrupted,
    stage: 'response',
    inject: (socket, response) => socket.end(serializeBroken(response)),
  },
  {
    name: 'body that stalls',
    outcome: 'timeout',
    stage: 'response',
    inject: (socket, response) => socket.write(serializeBroken(response)),
  },
  {
    name: 'body that drips endlessly',
    outcome: 'timeout',
    stage: 'response',
    inject: (socket, { status, headers }) => {
      socket.write(formatHead(status, headers));
      sendPeriodically(socket, ' ');
    },
  },
  {
    name: 'head that drips endlessly',
    outcome: 'timeout',
    stage: 'response',
    inject: (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      sendPeriodically(socket, 'x-and: more\r\n');
    },
  },
  {
    name: 'endless 100 Continue',
    outcome: 'timeout',
    stage: 'response',
    inject: (socket) => {
      sendPeriodically(socket, formatHead(100, {}));
    },
  },
  {
    name: 'closed after a complete response',
    outcome: 'harmless',
    stage: 'response',
    inject: (socket, response) => socket.end(toBytes(response)),
  },
];
