import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page, Request } from '@playwright/test';
import type { Secret } from '../Secret.ts';

/**
 * Searches for secrets in everything that a workbench produces: files, rendered content, console messages, the
 * clipboard, browser storage and requests.
 */
export class LeakScanner {
  readonly #page: Page;
  readonly #folder: string;
  /** Captured texts by the place where they appeared. */
  readonly #captured = new Map<string, Set<string>>();

  /** `folder` is the data folder of the workbench. */
  constructor(page: Page, folder: string) {
    this.#page = page;
    this.#folder = folder;
    page.on('console', (message) => {
      this.#add('console', message.text());
    });
    page.context().on('request', (request) => {
      this.#addRequest(request);
    });
  }

  /** Captures the current content of the workbench, of its webviews and of the clipboard. */
  async capture(): Promise<void> {
    for (const frame of this.#page.frames()) {
      const place = frame === this.#page.mainFrame() ? 'workbench' : 'webview';
      // VS Code may have removed the frame.
      this.#add(place, await frame.content().catch(() => ''));
      // A password field may contain the password.
      for (const input of await frame.locator(`:is(input:not([type="password"]), textarea):visible`).all()) {
        this.#add(`input in the ${place}`, await input.inputValue({ timeout: 500 }).catch(() => ''));
      }
    }
    this.#add('clipboard', await this.#page.evaluate<string>('navigator.clipboard.readText()'));
  }

  /**
   * Finds the places that contain a secret, each with the form of the secret there, such as `logs/…/Sequin.log: raw`.
   */
  async find(secret: Secret): Promise<string[]> {
    const places: [string, string | Buffer][] = [
      ...[...this.#captured].flatMap(([place, texts]) =>
        [...texts].map((text): [string, string] => [place, text]),
      ),
      ...(await this.#readFiles()),
      ...(await this.#page.evaluate<[string, string][]>(readBrowserScript)),
    ];
    const leaks = places.flatMap(([place, content]) =>
      secret.formsIn(content).map((form) => `${place}: ${form}`),
    );
    return [...new Set(leaks)].sort();
  }

  async #readFiles(): Promise<[string, Buffer][]> {
    const entries = await readdir(this.#folder, { recursive: true, withFileTypes: true });
    return Promise.all(
      entries
        // The folder only links to VS Code's own extensions.
        .filter((entry) => entry.isFile() && !entry.parentPath.includes('built-in'))
        .map(async (entry): Promise<[string, Buffer]> => {
          const path = join(entry.parentPath, entry.name);
          const bytes = await readFile(path).catch(() => Buffer.alloc(0));
          return [path.slice(this.#folder.length + 1), Buffer.concat([Buffer.from(`${path}\n`), bytes])];
        }),
    );
  }

  #addRequest(request: Request): void {
    this.#add('request', `${request.url()}\n${JSON.stringify(request.headers())}`);
    this.#add('request', request.postData() ?? '');
  }

  #add(place: string, text: string): void {
    const texts = this.#captured.get(place) ?? new Set();
    this.#captured.set(place, texts.add(text));
  }
}

/**
 * A script that reads the workbench's storage in the browser. It converts each byte of a binary value to a character.
 */
const readBrowserScript = `(async () => {
  const toText = (value) => {
    if (ArrayBuffer.isView(value)) value = value.buffer;
    if (value instanceof ArrayBuffer) {
      return Array.from(new Uint8Array(value), (byte) => String.fromCharCode(byte)).join('');
    }
    return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  };
  const waitFor = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const entries = [['cookies', document.cookie]];
  for (const [place, storage] of [['localStorage', localStorage], ['sessionStorage', sessionStorage]]) {
    for (const [key, value] of Object.entries(storage)) entries.push([place + ' ' + key, key + ' ' + value]);
  }
  for (const { name } of await indexedDB.databases()) {
    const database = await waitFor(indexedDB.open(name));
    for (const storeName of database.objectStoreNames) {
      const store = database.transaction(storeName).objectStore(storeName);
      const [keys, values] = await Promise.all([waitFor(store.getAllKeys()), waitFor(store.getAll())]);
      keys.forEach((key, index) => {
        entries.push(['IndexedDB ' + name + ' ' + storeName + ' ' + key, key + ' ' + toText(values[index])]);
      });
    }
    database.close();
  }
  return entries;
})()`;
