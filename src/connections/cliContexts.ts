import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as v from 'valibot';
import type { CliContext, CliContextProblem, CliContexts, InvalidCliContext } from '../model/CliContext.ts';
import { parseAddress } from '../model/Connection.ts';
import { tokenPattern } from '../model/token.ts';
import { getContextsFolder, isContextFile } from './hasCliContexts.ts';

/** The maximum size of a file, in bytes. The CLI writes about 300 bytes, so a much larger file isn't a context. */
const maxFileBytes = 64 * 1024;
/** The maximum number of files, more than any user has. Limits the work if a program fills the folder with files. */
const maxFiles = 200;

/** The host of the API of Sequin Cloud, for which the CLI was originally made. */
const cloudHost = 'api.sequinstream.com';

/**
 * The fields of the CLI's format that the import needs. The CLI is written in Go, which reads missing and null fields
 * as '' or false, so a missing `tls` means HTTP.
 */
const contextSchema = v.object({
  name: v.nullish(v.string(), ''),
  description: v.nullish(v.string(), ''),
  hostname: v.nullish(v.string(), ''),
  tls: v.nullish(v.boolean(), false),
  api_token: v.nullish(v.string(), ''),
});

/**
 * Reads the contexts of the Sequin CLI from the user's home folder, for import as connections. For an unusable context,
 * returns the reason, without any text from the file. Never throws.
 */
export async function readCliContexts(home: string): Promise<CliContexts> {
  const folder = getContextsFolder(home);
  let fileNames: string[];
  try {
    fileNames = await readdir(folder);
  } catch (error) {
    return {
      contexts: [],
      invalid: isMissing(error) ? [] : [{ file: basename(folder), problem: 'unreadable' }],
    };
  }
  const files = fileNames.filter(isContextFile).sort().slice(0, maxFiles);
  const defaultName = await readDefaultName(home);
  const results = await Promise.all(files.map((file) => readContext(folder, file, defaultName)));
  return {
    contexts: results.filter((result) => result !== undefined && 'token' in result).sort(compareContexts),
    invalid: results.filter((result) => result !== undefined && 'problem' in result),
  };
}

/**
 * The reason why a file has no usable context. Doesn't contain the message of the original error, because that may
 * quote the file.
 */
class ContextError extends Error {
  readonly problem: CliContextProblem;

  constructor(problem: CliContextProblem) {
    super(problem);
    this.problem = problem;
  }
}

/** Reads one context; undefined if the path leads to something other than a file, such as a folder. */
async function readContext(
  folder: string,
  file: string,
  defaultName: string | undefined,
): Promise<CliContext | InvalidCliContext | undefined> {
  try {
    const bytes = await readBytes(join(folder, file));
    return bytes && toContext(parseJson(bytes), basename(file, '.json'), defaultName);
  } catch (error) {
    return { file, problem: error instanceof ContextError ? error.problem : 'unreadable' };
  }
}

/** Reads a file; undefined if the path leads to something other than a file. */
async function readBytes(path: string): Promise<Buffer | undefined> {
  // The check must precede the read: opening a pipe blocks until another process writes to it.
  const stats = await stat(path);
  if (!stats.isFile()) {
    return undefined;
  }
  if (stats.size > maxFileBytes) {
    throw new ContextError('tooLarge');
  }
  return readFile(path);
}

function parseJson(bytes: Buffer): unknown {
  try {
    // The decoder also strips a byte order mark, which some editors add.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new ContextError('notJson');
  }
}

/**
 * Validates the content of a context file. The CLI identifies the context by `fileName`, which lacks the extension
 * `.json`; the name in the file is only a label.
 * @throws ContextError if the context is unusable
 */
function toContext(json: unknown, fileName: string, defaultName: string | undefined): CliContext {
  const result = v.safeParse(contextSchema, json);
  // Valibot accepts an array as an object without fields.
  if (!result.success || Array.isArray(json)) {
    throw new ContextError('shape');
  }
  const { name, description, hostname, tls, api_token: token } = result.output;
  const address = toAddress(hostname, tls);
  if (address === undefined) {
    throw new ContextError('address');
  }
  if (!tokenPattern.test(token)) {
    throw new ContextError(token.trim() === '' ? 'noToken' : 'invalidToken');
  }
  return {
    name: name.trim() === '' ? fileName : name,
    description,
    address,
    token,
    isDefault: fileName === defaultName,
    isCloud: new URL(address).hostname === cloudHost,
  };
}

/**
 * Returns the address of a context; undefined if it is invalid. A host name that includes a scheme is invalid: the CLI
 * can't connect to it either, because it prepends a scheme to every host name. In `https://https://host`, a URL parser
 * would read the second `https:` as the host.
 */
function toAddress(hostname: string, tls: boolean): string | undefined {
  const host = hostname.trim();
  if (host === '' || /^[/\\]|:\/\//.test(host)) {
    return undefined;
  }
  const parsed = parseAddress(`${tls ? 'https' : 'http'}://${host}`);
  return typeof parsed === 'string' ? undefined : parsed.address;
}

/**
 * Reads the name of the default context; undefined if there is none. Trims a line break that an editor may have added.
 */
async function readDefaultName(home: string): Promise<string | undefined> {
  try {
    return (await readBytes(join(home, '.sequin', '.default_context')))?.toString().trim();
  } catch {
    return undefined;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

/**
 * Compares contexts by their order in the list: the default context comes first, and the others are sorted by name.
 * Contexts with the same name are sorted by address, so that their order is stable.
 */
function compareContexts(a: CliContext, b: CliContext): number {
  return (
    Number(b.isDefault) - Number(a.isDefault) ||
    a.name.localeCompare(b.name, undefined, { numeric: true }) ||
    (a.address < b.address ? -1 : Number(a.address > b.address))
  );
}
