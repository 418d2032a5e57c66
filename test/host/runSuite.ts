// Runs `test/suite/` in one VS Code: `node test/host/runSuite.ts newest`, or `minimum`. Passes further arguments, such
// as `--grep pause`, to `vscode-test`. Prints the events of Mocha's `json-stream` reporter to standard output, one per
// line, and everything else to standard error.
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { installChromium } from './chromium.ts';
import { hasDisplay, installDesktop } from './desktop.ts';
import { installServer } from './installServer.ts';
import { projectDir } from './paths.ts';
import { type CommandResult, startProcess } from './processes.ts';
import { type Version, versions } from './versions.ts';
import { readTestConfiguration, vscodeTestArgs } from './vscodeTestCli.ts';
import { Workbench } from './Workbench.ts';

type Host = 'desktop' | 'browser';

/** Downloads the VS Code that `runSuite` needs, and returns where it will run. */
export async function prepareHost(version: Version): Promise<Host> {
  const requested = process.env['SEQUIN_TEST_HOST'];
  if (requested !== 'browser' && (requested === 'desktop' || hasDisplay())) {
    try {
      await installDesktop((await readTestConfiguration(version)).config.version);
      return 'desktop';
    } catch (error) {
      if (requested === 'desktop') {
        throw error;
      }
      console.error(`Can't download VS Code for the desktop (${String(error)}). Testing in a browser.`);
    }
  }
  await Promise.all([installServer(version), installChromium()]);
  return 'browser';
}

/**
 * Runs `test/suite/` inside VS Code. The exit code is 0 only if every test passed.
 * @param onLine Receives each line of output as it is written.
 * @param args Further arguments of `vscode-test`.
 * @throws If VS Code doesn't start.
 */
async function runSuite(
  version: Version,
  onLine: (line: string) => void = () => undefined,
  args: readonly string[] = [],
): Promise<CommandResult> {
  const host = await prepareHost(version);
  const lines: string[] = [];
  const collect = (line: string) => {
    lines.push(line);
    onLine(line);
  };
  const run = host === 'desktop' ? runOnDesktop : runInBrowser;
  const code = await run(version, [...args, '--reporter', 'json-stream'], collect);
  // An extension host that crashes can end with exit code 0.
  const finished = lines.some((line) => line.startsWith('["end",'));
  if (!finished) {
    collect(`VS Code ended (exit code ${String(code)}) before the tests did.`);
  }
  return { code: finished ? code : 1, output: lines.join('\n') };
}

async function runOnDesktop(
  version: Version,
  args: readonly string[],
  onLine: (line: string) => void,
): Promise<number | null> {
  const child = startProcess(process.execPath, vscodeTestArgs(version, args), {
    cwd: projectDir,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) {
      createInterface(stream).on('line', onLine);
    }
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return code;
}

/** Runs the tests in a browser. VS Code forwards the standard output of its extension host to the console, line by line. */
async function runInBrowser(
  version: Version,
  args: readonly string[],
  onLine: (line: string) => void,
): Promise<number> {
  const { extensionTestsPath, env } = await readTestConfiguration(version, args);
  const { promise: exit, resolve, reject } = Promise.withResolvers<number>();
  const workbench = await Workbench.open({
    version,
    env,
    extensionTestsPath,
    installsExample: true,
    builtInExtensions: 'declarative',
    onTestLog: (...output) => {
      onLine(output.map(String).join(' '));
    },
    onTestExit: resolve,
  });
  try {
    const handleBrowserEnd = () => {
      reject(new Error('The browser that VS Code runs in ended.'));
    };
    workbench.page.once('crash', handleBrowserEnd).once('close', handleBrowserEnd);
    return await exit;
  } finally {
    await workbench.close();
  }
}

const isEvent = (line: string) => /^\["(?:start|pass|fail|end)",\{.*\}\]$/.test(line);

if (import.meta.main) {
  const [version = '', ...args] = process.argv.slice(2);
  if (!(version in versions)) {
    console.error(
      `Usage: node test/host/runSuite.ts ${Object.keys(versions).join('|')} [options of vscode-test]`,
    );
    process.exit(2);
  }
  const print = (line: string) => {
    if (isEvent(line)) {
      console.log(line);
    } else {
      console.error(line);
    }
  };
  try {
    const { code } = await runSuite(version as Version, print, args);
    process.exitCode = code ?? 1;
  } catch (error) {
    console.error(`Couldn't run the tests in VS Code (${version}): ${String(error)}`);
    // Exiting also stops all processes that were started.
    process.exit(1);
  }
}
