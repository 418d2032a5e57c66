import * as vscode from 'vscode';
import { lazy } from '../shared/lazy.ts';
import { DisposableBase } from '../shared/lifecycle.ts';

type Channel = vscode.LogOutputChannel;

/** The extension's channel in the Output view. It is created on first use, because creating it delays activation. */
export class Log
  extends DisposableBase
  implements Pick<Channel, 'debug' | 'info' | 'warn' | 'error' | 'show'>
{
  readonly #getChannel = lazy(() =>
    this.register(vscode.window.createOutputChannel('Sequin', { log: true })),
  );

  debug(...message: Parameters<Channel['debug']>): void {
    this.#getChannel().debug(...message);
  }

  info(...message: Parameters<Channel['info']>): void {
    this.#getChannel().info(...message);
  }

  warn(...message: Parameters<Channel['warn']>): void {
    this.#getChannel().warn(...message);
  }

  error(...message: Parameters<Channel['error']>): void {
    this.#getChannel().error(...message);
  }

  show(): void {
    this.#getChannel().show();
  }
}
