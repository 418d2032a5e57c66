import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as v from 'valibot';
import type { InvalidCliContext, CliContext, CliContextProblem, CliContexts } from '../model/CliContext.ts';
import { parseAddress } from '../model/Connection.ts';
import { contextsFolder, defaultContextFile, isContextFile } from './cliPaths.ts';

/** The CLI writes some 300 bytes; what is so much larger is no context. */
const maxFileBytes = 64 * 1024;
/** Nobody has more servers; what a program may have left there does not hold up the editor. */
const maxFiles = 200;

/** Sequin Cloud's API, and what the CLI was first set up for. */
const cloudHost = 'api.sequinstream.com';

/**
 * The CLI's own fields, as far as they are used. It is written in Go, where what is missing or null is '' or false:
 * `tls` too, and so http.
 */
const contextSchema = v.object({
  name: v.nullish(v.string(), ''),
  description: v.nullish(v.string(), ''),
  hostname: v.nullish(v.string(), ''),
  tls: v.nullish(v.boolean(), false),
  api_token: v.nullish(v.string(), ''),
});

/** As what is typed in: Sequin's tokens are printable ASCII, and no other goes into a header. */
const tokenPattern = /^[\x21-\x7e]+$/;

/**
 * The contexts that the Sequin CLI keeps below the user's home, to be offered as connections. Nothing there: none.
 * What cannot be used is named with its reason; this never fails, and no problem tells what a file holds.
 */
export async function readCliContexts(home: string): Promise<CliContexts> {
  const folder = contextsFolder(home);
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
  const contexts = results.filter((result) => result !== undefined);
  return {
    contexts: contexts.filter((result) => 'token' in result).sort(compareContexts),
    invalid: contexts.filter((result) => 'problem' in result),
  };
}

/** One file; undefined where it is none, as a folder with such a name. */
async function readContext(
  folder: string,
  file: string,
  defaultName: string | undefined,
): Promise<CliContext | InvalidCliContext | undefined> {
  const textResult = await readText(join(folder, file));
  const jsonResult = 'text' in textResult ? tryParseJson(textResult.text) : textResult;
  const context =
    'json' in jsonResult ? toContext(jsonResult.json, basename(file, '.json'), defaultName) : jsonResult;
  if (!('problem' in context)) {
    return context;
  }
  return context.problem === 'notAFile' ? undefined : { file, problem: context.problem };
}

interface ProblemResult<P extends string = CliContextProblem> {
  readonly problem: P;
}

async function readText(
  path: string,
): Promise<{ readonly text: string } | ProblemResult<CliContextProblem | 'notAFile'>> {
  let bytes: Buffer;
  try {
    // Before it is opened: to open a pipe waits for somebody to write.
    const stats = await stat(path);
    if (!stats.isFile()) {
      return { problem: 'notAFile' };
    }
    if (stats.size > maxFileBytes) {
      return { problem: 'tooLarge' };
    }
    bytes = await readFile(path);
  } catch {
    return { problem: 'unreadable' };
  }
  try {
    // It takes away a byte order mark, which some editors leave.
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { problem: 'notJson' };
  }
}

function tryParseJson(text: string): { readonly json: unknown } | ProblemResult {
  try {
    return { json: JSON.parse(text) };
  } catch {
    // What a parser says of a mistake quotes the text around it: it is not kept.
    return { problem: 'notJson' };
  }
}

/** `fileName`, without `.json`, is what the CLI itself knows a context by; the name in the file is only shown. */
function toContext(
  json: unknown,
  fileName: string,
  defaultName: string | undefined,
): CliContext | ProblemResult {
  const result = v.safeParse(contextSchema, json);
  // To valibot a list is an object too, and one that lacks every field.
  if (!result.success || Array.isArray(json)) {
    return { problem: 'shape' };
  }
  const { name, description, hostname, tls, api_token: token } = result.output;
  const address = toAddress(hostname, tls);
  if (address === undefined) {
    return { problem: 'address' };
  }
  if (!tokenPattern.test(token)) {
    return { problem: token.trim() === '' ? 'noToken' : 'badToken' };
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
 * Undefined where the CLI could not connect to it either: it puts the scheme in front of whatever is there. A URL
 * parser would take the `https:` of a second scheme for a host.
 */
function toAddress(hostname: string, tls: boolean): string | undefined {
  const host = hostname.trim();
  if (host === '' || /^[/\\]|:\/\//.test(host)) {
    return undefined;
  }
  const parsed = parseAddress(`${tls ? 'https' : 'http'}://${host}`);
  return typeof parsed === 'string' ? undefined : parsed.address;
}

/** Undefined where there is none. The CLI writes no line break, but an editor does. */
async function readDefaultName(home: string): Promise<string | undefined> {
  const result = await readText(defaultContextFile(home));
  return 'text' in result ? result.text.trim() : undefined;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

/** The address decides between equal names, so that the order is the same each time. */
function compareContexts(a: CliContext, b: CliContext): number {
  return (
    Number(b.isDefault) - Number(a.isDefault) ||
    a.name.localeCompare(b.name, undefined, { numeric: true }) ||
    (a.address < b.address ? -1 : Number(a.address > b.address))
  );
}
