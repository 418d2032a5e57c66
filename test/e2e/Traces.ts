import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page, Request } from '@playwright/test';
import type { Secret } from '../Secret.ts';

/** Everything that is left behind while a workbench is used: files, what is drawn, said, copied, stored and sent. */
export class Traces {
  readonly #page: Page;
  readonly #folder: string;
  /** What is seen in passing, by where it was seen. */
  readonly #seen = new Map<string, Set<string>>();

  /** `folder` is where the workbench keeps its files. */
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

  /** Looks at what is drawn now, in the workbench and in the frames of its pages, and at the clipboard. */
  async look(): Promise<void> {
    for (const frame of this.#page.frames()) {
      const where = frame === this.#page.mainFrame() ? 'workbench' : 'page';
      // A frame may go away while it is looked at.
      this.#add(where, await frame.content().catch(() => ''));
      // Where it is typed in a password may be.
      for (const input of await frame.locator(`:is(input:not([type="password"]), textarea):visible`).all()) {
        this.#add(`input of the ${where}`, await input.inputValue({ timeout: 500 }).catch(() => ''));
      }
    }
    this.#add('clipboard', await this.#page.evaluate<string>('navigator.clipboard.readText()'));
  }

  /** Where a secret is, and in which form: `logs/…/Sequin.log: raw`. */
  async find(secret: Secret): Promise<string[]> {
    const places: [string, string | Buffer][] = [
      ...[...this.#seen].flatMap(([where, texts]) =>
        [...texts].map((text): [string, string] => [where, text]),
      ),
      ...(await this.#files()),
      ...(await this.#page.evaluate<[string, string][]>(readBrowser)),
    ];
    const found = places.flatMap(([where, what]) => secret.formsIn(what).map((form) => `${where}: ${form}`));
    return [...new Set(found)].sort();
  }

  async #files(): Promise<[string, Buffer][]> {
    const entries = await readdir(this.#folder, { recursive: true, withFileTypes: true });
    return Promise.all(
      entries
        // Not what is linked there: VS Code itself.
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

  #add(where: string, text: string): void {
    const texts = this.#seen.get(where) ?? new Set();
    this.#seen.set(where, texts.add(text));
  }
}

/** Everything that the browser keeps for the workbench. Bytes become a text of one character each. */
const readBrowser = `(async () => {
  const asText = (value) => {
    if (ArrayBuffer.isView(value)) value = value.buffer;
    if (value instanceof ArrayBuffer) {
      return Array.from(new Uint8Array(value), (byte) => String.fromCharCode(byte)).join('');
    }
    return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  };
  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const found = [['cookies', document.cookie]];
  for (const [where, storage] of [['localStorage', localStorage], ['sessionStorage', sessionStorage]]) {
    for (const [key, value] of Object.entries(storage)) found.push([where + ' ' + key, key + ' ' + value]);
  }
  for (const { name } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name));
    for (const storeName of database.objectStoreNames) {
      const store = database.transaction(storeName).objectStore(storeName);
      const [keys, values] = await Promise.all([done(store.getAllKeys()), done(store.getAll())]);
      keys.forEach((key, index) => {
        found.push(['IndexedDB ' + name + ' ' + storeName + ' ' + key, key + ' ' + asText(values[index])]);
      });
    }
    database.close();
  }
  return found;
})()`;
