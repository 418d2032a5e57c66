import { request, type IncomingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { constants, gunzipSync, inflateSync } from 'node:zlib';

export interface Reply {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  /** Uncompressed. */
  text: string;
}

export interface Question {
  method: string;
  path: string;
  headers: Record<string, string | string[]>;
  body?: string;
}

/** Asks a server on this machine exactly what is told: no path is tidied up and no header added. */
export async function ask(url: string, { method, path, headers, body }: Question): Promise<Reply> {
  const { hostname, port } = new URL(url);
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  const asking = request({ hostname, port, method, path, headers, agent: false }, (response) => {
    buffer(response).then((raw) => {
      const text = decompress(raw, response.headers['content-encoding']).toString();
      resolve({ status: response.statusCode, headers: response.headers, text });
    }, reject);
  });
  asking.on('error', reject);
  asking.end(body);
  return promise;
}

function decompress(bytes: Buffer, encoding: string | undefined): Buffer {
  if (encoding === 'gzip') return gunzipSync(bytes);
  if (encoding === 'deflate') return inflateSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
  return bytes;
}
