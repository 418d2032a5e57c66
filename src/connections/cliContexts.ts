import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as v from 'valibot';
import type { CliContext, CliContextProblem, CliContexts, InvalidCliContext } from '../model/CliContext.ts';
import { parseAddress } from '../model/Connection.ts';
import { tokenPattern } from '../model/token.ts';
import { getContextsFolder, isContextFile } from './hasCliContexts.ts';

/** The size limit of a file. The CLI writes about 300 bytes, so a much larger file isn't a context. */
const maxFileBytes = 64 * 1024;
/** More than any user has. Limits the work if a program fills the folder with files. */
const maxFiles = 200;

/** The API of Sequin Cloud, for which the CLI was originally made. */
const cloudHost = 'api.sequinstream.com';

/**
 * The used fields of the CLI's format. The CLI is written in Go, which reads missing and null fields as '' or false, so
 * a missing `tls` means http.
 */
const contextSchema = v.object({
  name: v.nullish(v.string(), ''),
  description: v.nullish(v.string(), ''),
  hostname: v.nullish(v.string(), ''),
  tls: v.nullish(v.boolean(), false),
  api_token: v.nullish(v.string(), ''),
});

/**
 * Reads the contexts of the Sequin CLI in the user's home folder, which can be imported as connections. Unusable
 * contexts are returned with a reason, which never contains text of the file. Never throws.
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

/** The reason why a file has no usable context. Without the text of the cause, which may quote the file. */
class ContextError extends Error {
  readonly problem: CliContextProblem;

  constructor(problem: CliContextProblem) {
    super(problem);
    this.problem = problem;
  }
}

/** Reads one context; undefined if the path doesn't lead to a file, but for example to a folder. */
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

/** Reads a file; undefined if the path doesn't lead to one. */
async function readBytes(path: string): Promise<Buffer | undefined> {
  // Must precede the read: opening a pipe blocks until another process writes to it.
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

/** `fileName`, without `.json`, is the CLI's identifier of a context; the name in the file is only a label. */
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
 * The address of a context; undefined if the CLI couldn't connect to it either, because it prepends the scheme to any
 * host name. A URL parser would read the `https:` of a second scheme as a host.
 */
function toAddress(hostname: string, tls: boolean): string | undefined {
  const host = hostname.trim();
  if (host === '' || /^[/\\]|:\/\//.test(host)) {
    return undefined;
  }
  const parsed = parseAddress(`${tls ? 'https' : 'http'}://${host}`);
  return typeof parsed === 'string' ? undefined : parsed.address;
}

/** Reads the name of the default context; undefined if there is none. Trims the line break that an editor adds. */
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

/** Sorts the default first, then by name; equal names by address, so that the order is stable. */
function compareContexts(a: CliContext, b: CliContext): number {
  return (
    Number(b.isDefault) - Number(a.isDefault) ||
    a.name.localeCompare(b.name, undefined, { numeric: true }) ||
    (a.address < b.address ? -1 : Number(a.address > b.address))
  );
}
