import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { projectDir } from '../host/paths.ts';

describe('npm start, given options', function () {
  this.timeout(60_000);

  function start(
    args: readonly string[],
    token?: string,
  ): { status: number | null; stdout: string; stderr: string } {
    const env = { ...process.env, SEQUIN_TOKEN: token };
    return spawnSync(process.execPath, [join(projectDir, 'scripts/start.ts'), ...args], {
      env,
      encoding: 'utf8',
    });
  }
  const helpHint = '\nRun "npm start -- --help" for the options.\n';

  it('prints its usage for --help', () => {
    const { status, stdout } = start(['--help']);
    assert.equal(status, 0);
    assert.match(stdout, /^Usage: npm start -- \[options\]/);
    for (const option of ['--url', '--scenario', '--port', '--screenshot', '--theme']) {
      assert.ok(stdout.includes(`\n  ${option} `), option);
    }
  });

  for (const [args, message] of [
    [['--nope'], "Unknown option '--nope'"],
    [['--scenario', 'nope'], '--scenario must be one of demo, busy, empty, large, not "nope".'],
    [['--theme', 'blue'], '--theme must be one of dark, light, not "blue".'],
    [['--port', '1e9'], '--port must be a number from 1 to 65535, not "1e9".'],
    [['--url', 'localhost'], '--url must be an address such as http://localhost:7376, not "localhost".'],
    [
      ['--url', 'http://localhost:7376'],
      '--url needs an API token of the server in the environment variable SEQUIN_TOKEN.',
    ],
  ] as const) {
    it(`explains the problem with ${args.join(' ')} in one sentence`, () => {
      const { status, stdout, stderr } = start(args);
      assert.deepEqual([status, stdout, stderr], [1, '', message + helpHint]);
    });
  }

  it('reports that the server of --url is unreachable', () => {
    const { status, stderr } = start(['--url', 'http://127.0.0.1:1'], 'token');
    assert.equal(status, 1);
    assert.match(stderr, /^Can't connect to http:\/\/127\.0\.0\.1:1: .+\. Is Sequin running\?\n$/);
  });
});
