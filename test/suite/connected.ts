import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../src/extension.ts';
import { Emulator, type EmulatorOptions } from '../emulator/Emulator.ts';

/** The extension as VS Code runs it, with what it shows to tests. */
export async function activated(): Promise<TestApi> {
  const extension = vscode.extensions.all.find(({ id }) => id.endsWith('.sequin'));
  assert.ok(extension, 'the extension is not there');
  const api = (await extension.activate()) as TestApi | undefined;
  assert.ok(api, 'the extension shows nothing to tests');
  return api;
}

/** An emulator, and the extension connected to it. `prepare` is done before the first request. */
export async function connected(
  options: EmulatorOptions = {},
  prepare: (emulator: Emulator) => void = () => undefined,
): Promise<{ emulator: Emulator; api: TestApi }> {
  const [emulator, api] = await Promise.all([Emulator.start({ latency: false, ...options }), activated()]);
  prepare(emulator);
  await api.connections.signIn(emulator.url, emulator.token);
  await until(api.monitors.onDidSwitch, () => api.monitors.of(emulator.url) !== undefined);
  return { emulator, api };
}

/** Ends what `connected` began. */
export async function disconnected({ emulator, api }: { emulator: Emulator; api: TestApi }): Promise<void> {
  await api.connections.remove(emulator.url);
  await until(api.monitors.onDidSwitch, () => api.monitors.of(emulator.url) === undefined);
  await emulator.stop();
}

/** Waits until a condition holds that an event may bring about. The test's own time limit ends it. */
export async function until(
  event: (listener: () => void) => { dispose(): void },
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
