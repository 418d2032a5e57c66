import type { IncomingMessage, ServerResponse } from 'node:http';
import { constants, deflateSync, gzipSync } from 'node:zlib';
import type { EmulatedWorld } from './EmulatedWorld.ts';
import type { HttpResponse } from './httpResponse.ts';

/** Sends a response with the headers and the compression of a real server. */
export function sendResponse(
  world: EmulatedWorld,
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: HttpResponse,
): void {
  const { encoding, bytes } = encode(body, request.headers['accept-encoding'] ?? '');
  response.writeHead(status, {
    date: new Date(world.clock.now()).toUTCString(),
    'content-length': bytes.length,
    vary: 'accept-encoding',
    'cache-control': 'max-age=0, private, must-revalidate',
    'x-request-id': getRequestId(world, request.headers['x-request-id']),
    ...(encoding && { 'content-encoding': encoding }),
    ...headers,
  });
  response.end(bytes);
}

/** Returns the client's request id if Plug accepts it, and otherwise a new request id. */
function getRequestId({ responseRandom }: EmulatedWorld, requested: string | string[] | undefined): string {
  const id = String(requested ?? '');
  return id.length >= 20 && id.length <= 200
    ? id
    : `G${responseRandom.uuid().replaceAll('-', '').slice(0, 19)}`;
}

function encode(body: string, accepted: string): { encoding?: string; bytes: Buffer } {
  const plain = Buffer.from(body);
  const codings = accepted.split(',').map((coding) => coding.trim());
  if (codings.includes('gzip')) {
    return { encoding: 'gzip', bytes: gzipSync(plain) };
  }
  // Sequin omits the end of the stream, so strict decoders reject the body.
  if (codings.includes('deflate')) {
    return { encoding: 'deflate', bytes: deflateSync(plain, { finishFlush: constants.Z_SYNC_FLUSH }) };
  }
  return { bytes: plain };
}
