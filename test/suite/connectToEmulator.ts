import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ExtensionExports, TestApi } from '../../src/extension.ts';
import { Emulator, type EmulatorOptions } from '../emulator/Emulator.ts';

/** An emulated Sequin server, and the API of the extension that is connected to it. */
export interface Connection {
  readonly emulator: Emulator;
  readonly api: TestApi;
}

/** Activates the extension as VS Code does and returns what it exports for tests. */
export async function activateExtension(): Promise<TestApi> {
  const extension = vscode.extensions.all.find(({ id }) => id.endsWith('.sequin'));
  assert.ok(extension, 'the extension is not installed');
  const { test } = (await extension.activate()) as ExtensionExports;
  assert.ok(test, 'the extension exports no API for tests');
  return test;
}

/**
 * Starts an emulator and connects the extension to it.
 * @param prepare Changes the emulator before the extension sends its first request.
 */
export async function connectToEmulator(
  options: EmulatorOptions = {},
  prepare: (emulator: Emulator) => void = () => undefined,
): Promise<Connection> {
  const [emulator, api] = await Promise.all([
    Emulator.start({ latency: false, ...options }),
    activateExtension(),
  ]);
  prepare(emulator);
  await api.connections.signIn({ id: emulator.url, address: emulator.url }, emulator.token);
  await waitUntil(api.servers.onDidChangeServers, () => api.servers.getMonitor(emulator.url) !== undefined);
  return { emulator, api };
}

/**
 * Replaces the server of a connection with a new one at the same address: signs out, which discards all data of the
 * previous one, and signs in again. The settings stay the same, because VS Code takes long to write them.
 */
export async function replaceServer(
  { emulator, api }: Connection,
  options: EmulatorOptions = {},
  prepare?: (emulator: Emulator) => void,
): Promise<Connection> {
  await api.connections.signOut(emulator.url);
  await waitUntil(api.servers.onDidChangeServers, () => api.servers.getMonitor(emulator.url) === undefined);
  await emulator.stop();
  return connectToEmulator({ ...options, port: Number(new URL(emulator.url).port) }, prepare);
}

/** Removes the connection from the extension and stops the emulator. */
export async function disconnect({ emulator, api }: Connection): Promise<void> {
  await api.connections.remove(emulator.url);
  await waitUntil(api.servers.onDidChangeServers, () => api.servers.getMonitor(emulator.url) === undefined);
  await emulator.stop();
}

/** Waits until `condition` holds, checking it now and after each `event`. The time limit of the test applies. */
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
