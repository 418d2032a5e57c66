import { test as base } from '@playwright/test';
import type { SourceJson } from '../../src/sampleServer/sequinTypes.ts';
import type { Clock } from '../../src/sampleServer/World.ts';
import { Emulator, type EmulatorOptions } from '../emulator/Emulator.ts';
import type { Settings } from '../host/settings.ts';
import { type ReopenOptions, Workbench, type WorkbenchOptions } from '../host/Workbench.ts';
import { SequinPage } from './SequinPage.ts';

interface OpenOptions extends ReopenOptions {
  /** The Sequin server that the extension is connected to from the start. */
  readonly connectedTo?: Emulator;
}

type OpenOwnOptions = Omit<WorkbenchOptions, 'version' | 'browser'> &
  Partial<Pick<WorkbenchOptions, 'version'>>;

interface Fixtures {
  readonly cleanup: Cleanup;
  /** Starts an emulator, by default without latency. */
  readonly startEmulator: (options?: EmulatorOptions) => Promise<Emulator>;
  /**
   * Opens the newest VS Code with the extension. A worker has one server and one browser tab for this, so each call
   * replaces the window of the previous call.
   */
  readonly openWorkbench: (options?: OpenOptions) => Promise<SequinPage>;
  /** Opens VS Code with the extension on a server of its own. By default, it is the newest VS Code. */
  readonly openOwnWorkbench: (options?: OpenOwnOptions) => Promise<SequinPage>;
}

const workbenchOptions = { version: 'newest', builtInExtensions: 'declarative' } as const;

/** Settings with which a test doesn't wait for animations. */
const testSettings: Settings = { 'workbench.reduceMotion': 'on' };

/** The shortest refresh interval, so that the extension soon notices a change on the server or the end of an outage. */
export const fastPolling: Settings = { 'sequin.refresh.interval': 0.1 };

/** Stops the servers and workbenches that tests have started. */
class Cleanup {
  readonly #pending: (() => Promise<void>)[] = [];

  add(stop: () => Promise<void>): void {
    this.#pending.push(stop);
  }

  get size(): number {
    return this.#pending.length;
  }

  /** Stops everything but the first `keep` additions, most recent first. */
  async run(keep = 0): Promise<void> {
    for (const stop of this.#pending.splice(keep).reverse()) {
      await stop();
    }
  }
}

/** Playwright's `test` with factories that `beforeAll` hooks can use too. */
export const test = base.extend<object, Fixtures>({
  cleanup: [
    // Playwright accepts only a destructuring pattern as the first parameter.
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const cleanup = new Cleanup();
      await use(cleanup);
      await cleanup.run();
    },
    { scope: 'worker' },
  ],
  startEmulator: [
    async ({ cleanup }, use) => {
      await use(async (options) => {
        const emulator = await Emulator.start({ latency: false, ...options });
        cleanup.add(() => emulator.stop());
        return emulator;
      });
    },
    { scope: 'worker' },
  ],
  openOwnWorkbench: [
    async ({ browser, cleanup }, use) => {
      await use(async ({ settings, ...options } = {}) => {
        const workbench = await Workbench.open({
          ...workbenchOptions,
          ...options,
          browser,
          settings: { ...testSettings, ...settings },
        });
        cleanup.add(() => workbench.close());
        return new SequinPage(workbench);
      });
    },
    { scope: 'worker' },
  ],
  openWorkbench: [
    async ({ browser, cleanup }, use) => {
      let workbench: Workbench | undefined;
      await use(async ({ connectedTo, windowEnv, settings, ...others } = {}) => {
        const connection = connectedTo && {
          SEQUIN_ADDRESS: connectedTo.url,
          SEQUIN_TOKEN: connectedTo.token,
        };
        const options = {
          ...others,
          settings: { ...testSettings, ...settings },
          windowEnv: { ...connection, ...windowEnv },
        };
        if (workbench === undefined) {
          workbench = await Workbench.open({ ...workbenchOptions, ...options, browser });
        } else {
          await workbench.reopen(options);
        }
        cleanup.add(workbench.leave.bind(workbench));
        return new SequinPage(workbench);
      });
      await workbench?.close();
    },
    { scope: 'worker' },
  ],
});

/** After the last test of the enclosing group, stops what the group has started. Groups can be nested. */
export function cleanUpAfterAll(): void {
  let before = 0;
  test.beforeAll(({ cleanup }) => {
    before = cleanup.size;
  });
  test.afterAll(({ cleanup }) => cleanup.run(before));
}

/** A clock that never advances, so that an emulator's backfills make no progress. */
export function createFrozenClock(): Clock {
  const now = Date.now();
  return { now: () => now };
}

/** The source of a sink that includes only the given tables. */
export function createSource(...tables: string[]): SourceJson {
  return { include_schemas: null, exclude_schemas: null, exclude_tables: null, include_tables: tables };
}
