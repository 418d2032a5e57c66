import { randomBytes } from 'node:crypto';
import { type IncomingMessage, Server, type ServerResponse } from 'node:http';

// A VS Code server loads this module before its own code. The server's extension hosts load it, too; there, the module
// does nothing.

if (process.argv[1]?.endsWith('server-main.js')) {
  exitWithParent();
  serveSecretKey();
}

/** Exits when the parent process exits for any reason, which closes the standard input of this process. */
function exitWithParent(): void {
  process.stdin.on('end', () => process.exit()).resume();
}

/**
 * Responds to the workbench's request for a key, which the server itself doesn't support. With a key, the workbench
 * encrypts secrets and stores them in the browser. Without a key, the secrets are lost on each reload.
 */
function serveSecretKey(): void {
  const key = randomBytes(32);
  const emit = Reflect.get(Server.prototype, 'emit') as (...args: unknown[]) => boolean;
  Server.prototype.emit = function (this: Server, event: string, ...args: unknown[]): boolean {
    const [request, response] = args as [IncomingMessage?, ServerResponse?];
    if (event === 'request' && request?.url?.endsWith('/mint-key')) {
      response?.end(key);
      return true;
    }
    return Reflect.apply(emit, this, [event, ...args]);
  };
}
