import { type IncomingHttpHeaders, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { constants, gunzipSync, inflateSync } from 'node:zlib';

/** An HTTP response. */
export interface Reply {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  /** The decompressed body. */
  text: string;
}

/** An HTTP request. */
export interface RequestOptions {
  method: string;
  path: string;
  headers: Record<string, string | string[]>;
  body?: string;
}

/**
 * Sends a request to a local server. Unlike `fetch`, doesn't normalize the path, and adds only the headers that HTTP
 * needs, such as `Host`.
 */
export async function sendRequest(
  url: string,
  { method, path, headers, body }: RequestOptions,
): Promise<Reply> {
  const { hostname, port } = new URL(url);
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  const outgoing = request({ hostname, port, method, path, headers, agent: false }, (response) => {
    buffer(response).then((raw) => {
      const text = decompress(raw, response.headers['content-encoding']).toString();
      resolve({ status: response.statusCode, headers: response.headers, text });
    }, reject);
  });
  outgoing.on('error', reject);
  outgoing.end(body);
  return promise;
}

function decompress(bytes: Buffer, encoding: string | undefined): Buffer {
  if (encoding === 'gzip') {
    return gunzipSync(bytes);
  }
  if (encoding === 'deflate') {
    // Sequin's deflate has no trailer, so strict decoding fails (recording f24).
    return inflateSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
  }
  return bytes;
}
