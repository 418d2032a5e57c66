import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ExtensionExports, TestApi } from '../../src/extension.ts';
import type { Backfill } from '../../src/sampleServer/Backfill.ts';
import type { ServerMonitor } from '../../src/servers/ServerMonitor.ts';
import type { BackfillNode, SinkNode } from '../../src/tree/TreeNode.ts';
import { Emulator, type EmulatorOptions } from '../emulator/Emulator.ts';

/** The extension, connected to an emulated Sequin server. */
export class Connection {
  emulator!: Emulator;
  api!: TestApi;

  /** The monitor of the server. */
  get monitor(): ServerMonitor {
    return this.api.servers.getMonitor(this.emulator.url) ?? assert.fail('not connected');
  }

  /**
   * Starts an emulator and connects the extension to it.
   * @param prepare changes the emulator before the extension sends its first request
   */
  async open(
    options: EmulatorOptions = {},
    prepare: (emulator: Emulator) => void = () => undefined,
  ): Promise<void> {
    [this.emulator, this.api] = await Promise.all([
      Emulator.start({ latency: false, ...options }),
      activateExtension(),
    ]);
    prepare(this.emulator);
    await this.signIn();
  }

  /** Removes the connection from the extension and stops the emulator. */
  async close(): Promise<void> {
    await this.api.connections.remove(this.emulator.url);
    await this.#waitForMonitor(false);
    await this.emulator.stop();
  }

  /**
   * Replaces the server with a new one at the same address and discards all data of the previous server. Doesn't change
   * the settings, because VS Code takes long to write them.
   */
  async replaceServer(options: EmulatorOptions = {}, prepare?: (emulator: Emulator) => void): Promise<void> {
    await this.signOut();
    await this.emulator.stop();
    await this.open({ ...options, port: Number(new URL(this.emulator.url).port) }, prepare);
  }

  /** Signs in, and waits until the server has a monitor. */
  async signIn(): Promise<void> {
    const { url, token } = this.emulator;
    await this.api.connections.signIn({ id: url, address: url }, token);
    await this.#waitForMonitor(true);
  }

  /** Signs out, and waits until the server has no monitor. */
  async signOut(): Promise<void> {
    await this.api.connections.signOut(this.emulator.url);
    await this.#waitForMonitor(false);
  }

  /** The row of a sink, by its name or id. */
  sinkRow(name: string): SinkNode {
    const { id: sinkId } = this.emulator.world.getSink(name).json;
    return { kind: 'sink', connectionId: this.emulator.url, sinkId };
  }

  /** Finds the first unfinished backfill of a sink on the server. */
  findUnfinished(sinkName: string): Backfill {
    const { backfills } = this.emulator.world.getSink(sinkName);
    return backfills.find(({ isUnfinished }) => isUnfinished) ?? assert.fail('no unfinished backfill');
  }

  /** The row of the first unfinished backfill of a sink. */
  unfinishedRow(sinkName: string): BackfillNode {
    const { id: backfillId } = this.findUnfinished(sinkName).json;
    return { ...this.sinkRow(sinkName), kind: 'backfill', backfillId };
  }

  #waitForMonitor(exists: boolean): Promise<void> {
    const { servers } = this.api;
    return waitUntil(
      servers.onDidChangeServers,
      () => (servers.getMonitor(this.emulator.url) !== undefined) === exists,
    );
  }
}

/** Connects the extension to an emulator before the tests of a group, and disconnects it after them. */
export function useConnection(...options: Parameters<Connection['open']>): Connection {
  const connection = new Connection();
  before(() => connection.open(...options));
  after(() => connection.close());
  return connection;
}

/** Activates the extension as VS Code does and returns what it exports for tests. */
export async function activateExtension(): Promise<TestApi> {
  const { test } = (await findExtension().activate()) as ExtensionExports;
  assert.ok(test, 'the extension exports no API for tests');
  return test;
}

/** Finds the extension under test. */
export function findExtension(): vscode.Extension<unknown> {
  return (
    vscode.extensions.all.find(({ id }) => id.endsWith('.sequin')) ??
    assert.fail('the extension isn’t installed')
  );
}

/** Lists the titles of all tabs. */
export function listTabTitles(): string[] {
  return vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label));
}

/** Waits until there are exactly these tabs. The titles are sorted and don't include the progress at their ends. */
export function waitForTabs(...titles: readonly string[]): Promise<void> {
  const listNames = () => listTabTitles().map((title) => title.split(' ·')[0] ?? '');
  return waitUntil(
    vscode.window.tabGroups.onDidChangeTabs,
    () => listNames().sort().join() === titles.join(),
  );
}

/** Waits until `condition` holds. Checks it now and after each `event`. The time limit of the test applies. */
export async function waitUntil(
  event: (listener: () => void) => vscode.Disposable,
  condition: () => boolean,
): Promise<void> {
  if (condition()) {
    return;
  }
  await new Promise<void>((resolve) => {
    const subscription = event(() => {
      if (condition()) {
        subscription.dispose();
        resolve();
      }
    });
  });
}
