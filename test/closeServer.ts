import { once } from 'node:events';
import type { Server } from 'node:http';

/** Closes all connections of a server, and waits until it no longer listens. Closing it twice is allowed. */
export async function closeServer(server: Server): Promise<void> {
  if (!server.listening) {
    return;
  }
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
