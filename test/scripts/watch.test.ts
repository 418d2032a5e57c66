import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import manifest from '../../package.json' with { type: 'json' };
import { startProcess, stopProcess } from '../host/processes.ts';
import { ProjectCopy } from './ProjectCopy.ts';

/** The lines that the `$esbuild-watch` problem matcher looks for. */
const started = '[watch] build started';
const finished = '[watch] build finished';

/** The tests share one watch process, so they depend on their order. */
describe('node esbuild.js --watch', function () {
  this.timeout(60_000);

  let copy: string;
  let watch: ChildProcess;
  let lines: AsyncIterator<string, undefined>;

  before(async () => {
    copy = new ProjectCopy({ hasVscode: false }).folder;
    await mkdir(join(copy, 'dist'));
    await writeFile(join(copy, 'dist/page.js'), '// A previous build');

    watch = startProcess(process.execPath, ['esbuild.js', '--watch'], {
      cwd: copy,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    assert.ok(watch.stdout);
    lines = createInterface(watch.stdout)[Symbol.asyncIterator]();
  });
  after(() => stopProcess(watch));

  it('reports when the first build starts and finishes, and keeps the previous build while building', async () => {
    assert.deepEqual(await readUntil(started), [started]);
    assert.ok(existsSync(join(copy, 'dist/page.js')));
    await readUntil(finished);
    assert.ok(existsSync(join(copy, manifest.main)));
    assert.ok(existsSync(join(copy, 'dist/page-style.css')));
  });

  it('builds again when a source file changes', async () => {
    await appendFile(join(copy, 'src/extension.ts'), '\nconsole.log("changed");\n');
    assert.deepEqual(await readUntil(finished), [started, finished]);
  });

  it('prints the message of an error and, on the next line, the location of the error', async () => {
    await writeFile(join(copy, 'src/extension.ts'), 'const broken = ;\n');
    const [first, message, location] = await readUntil(finished);
    assert.equal(first, started);
    assert.equal(message, '✘ [ERROR] Unexpected ";"');
    assert.equal(location, '    src/extension.ts:1:15:');
  });

  /** Reads the printed lines up to and including the line `last`. */
  async function readUntil(last: string): Promise<string[]> {
    const read: string[] = [];
    while (read.at(-1) !== last) {
      const { done, value } = await lines.next();
      assert.ok(done !== true, `The watch ended before it printed “${last}”:\n${read.join('\n')}`);
      read.push(value);
    }
    return read;
  }
});
