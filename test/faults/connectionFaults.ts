import type { Socket } from 'node:net';
import { createFaults, type Fault, formatHead, type OriginResponse, toBytes } from './Fault.ts';

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
  ...createFaults('response', 'harmless', {
    latency: (socket, response) => {
      setTimeout(() => socket.write(toBytes(response)), 50);
    },
    'throttled bytes': (socket, response) => {
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
    'single bytes': (socket, response) => {
      sendInPieces(socket, toBytes(response), 1);
    },
    'closed after a complete response': (socket, response) => socket.end(toBytes(response)),
  }),
  { name: 'connection refused', outcome: { kind: 'network', reason: 'refused' }, stage: 'port' },
  ...createFaults('connection', interrupted, {
    'connection closed immediately': (socket) => socket.end(),
    'connection reset immediately': (socket) => socket.resetAndDestroy(),
  }),
  ...createFaults('connection', 'timeout', {
    'connection without any response': () => undefined,
  }),
  ...createFaults('request', 'timeout', {
    'request without a response': () => undefined,
  }),
  ...createFaults('response', 'timeout', {
    'processed request without a response': () => undefined,
    'body that stalls': (socket, response) => socket.write(serializeBroken(response)),
    'body that drips endlessly': (socket, { status, headers }) => {
      socket.write(formatHead(status, headers));
      sendPeriodically(socket, ' ');
    },
    'head that drips endlessly': (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      sendPeriodically(socket, 'x-and: more\r\n');
    },
    'endless 100 Continue': (socket) => {
      sendPeriodically(socket, formatHead(100, {}));
    },
  }),
  ...createFaults('request', interrupted, {
    'reset before the request was processed': (socket) => socket.resetAndDestroy(),
  }),
  ...createFaults('response', interrupted, {
    'reset before the head': (socket) => socket.resetAndDestroy(),
    'closed before the head': (socket) => socket.end(),
    'reset in the head': (socket, response) =>
      socket.write(getFirstHalf(serializeHead(response)), () => socket.resetAndDestroy()),
    'closed in the head': (socket, response) => socket.end(getFirstHalf(serializeHead(response))),
    'reset after the head': (socket, response) =>
      socket.write(serializeHead(response), () => socket.resetAndDestroy()),
    'reset in the body': (socket, response) =>
      socket.write(serializeBroken(response), () => socket.resetAndDestroy()),
    'closed in the body': (socket, response) => socket.end(serializeBroken(response)),
  }),
];
