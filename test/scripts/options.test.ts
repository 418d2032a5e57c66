import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { projectDir } from '../host/paths.ts';

interface Result {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(script: string, args: readonly string[], token?: string): Result {
  const env = { ...process.env, SEQUIN_TOKEN: token };
  return spawnSync(process.execPath, [join(projectDir, script), ...args], { env, encoding: 'utf8' });
}

describe('npm start', function () {
  this.timeout(60_000);

  const start = (args: readonly string[], token?: string): Result => run('scripts/start.ts', args, token);
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
    [['--url', 'http://['], '--url must be an address such as http://localhost:7376, not "http://[".'],
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

  it('rejects a token that isn’t a valid header value, and doesn’t print the token', () => {
    const { status, stderr } = start(['--url', 'http://127.0.0.1:1'], 'secret\ntoken');
    assert.equal(status, 1);
    const message = 'The API token in SEQUIN_TOKEN contains a space, a line break or a non-ASCII character.';
    assert.equal(stderr, message + helpHint);
  });

  it('reports that the server of --url is unreachable', () => {
    const { status, stderr } = start(['--url', 'http://127.0.0.1:1'], 'token');
    assert.equal(status, 1);
    assert.match(stderr, /^Can't connect to http:\/\/127\.0\.0\.1:1: .+\. Is Sequin running\?\n$/);
  });
});

for (const [script, args, message] of [
  [
    'scripts/bench.ts',
    ['--only', '1,2.5'],
    '--only must be one of 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, not "2.5".',
  ],
  ['scripts/soak.ts', ['--minutes', 'many'], '--minutes must be a number from 1 to 1440, not "many".'],
  ['scripts/package.ts', ['--nope'], "Unknown option '--nope'"],
  ['test/emulator/main.ts', ['--port', '65535'], '--port must be a number from 0 to 64535, not "65535".'],
  [
    'test/emulator/main.ts',
    ['--scenario', 'nope'],
    '--scenario must be one of demo, busy, empty, large, not "nope".',
  ],
] as const) {
  describe(script, function () {
    this.timeout(60_000);

    it(`explains the problem with ${args.join(' ')} in one sentence`, () => {
      const { status, stdout, stderr } = run(script, args);
      assert.deepEqual([status, stdout, stderr], [1, '', `${message}\n`]);
    });
  });
}
