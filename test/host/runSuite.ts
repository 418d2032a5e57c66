// Runs `test/suite/` in one version of VS Code: `node test/host/runSuite.ts newest`, or `minimum`. Passes further
// arguments, such as `--grep pause`, to `vscode-test`. Prints the events of Mocha's `json-stream` reporter to standard
// output, one per line, and everything else to standard error.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { download, SilentReporter } from '@vscode/test-electron';
import { installChromium } from './chromium.ts';
import { installServer } from './installServer.ts';
import { cacheDir, projectDir } from './paths.ts';
import { startProcess } from './processes.ts';
import { type Version, versions } from './versions.ts';
import { Workbench } from './Workbench.ts';

type PrintLine = (line: string) => void;

/** The configuration for one VS Code version in `.vscode-test.mjs`, as `vscode-test` resolves it. */
interface TestConfiguration {
  /** The version, or `stable`. */
  readonly config: { readonly version: string };
  /** The module that VS Code loads to run the tests. */
  readonly extensionTestsPath: string;
  /** The environment variables from which that module reads the Mocha options and the test files. */
  readonly env: Readonly<Record<string, string>>;
}

/** Downloads VS Code for the tests, and returns whether they run in VS Code for the desktop or in a browser. */
export async function prepareHost(version: Version): Promise<'desktop' | 'browser'> {
  const requested = process.env['SEQUIN_TEST_HOST'];
  if (requested !== 'browser' && (requested === 'desktop' || hasDisplay())) {
    try {
      const { config } = await readTestConfiguration(version, []);
      await download({ version: config.version, cachePath: cacheDir, reporter: new SilentReporter() });
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

/** Whether this machine can open windows. */
function hasDisplay(): boolean {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  return process.platform !== 'linux' || DISPLAY !== undefined || WAYLAND_DISPLAY !== undefined;
}

/** Creates the arguments with which Node.js runs `vscode-test` for one VS Code version. */
function createVscodeTestArgs(version: Version, args: readonly string[]): string[] {
  const cli = new URL('bin.mjs', import.meta.resolve('@vscode/test-cli'));
  return [fileURLToPath(cli), '--label', version, ...args];
}

/** Reads the configuration of one VS Code version from `.vscode-test.mjs`, as the Test Explorer does. */
async function readTestConfiguration(version: Version, args: readonly string[]): Promise<TestConfiguration> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    createVscodeTestArgs(version, [...args, '--list-configuration']),
    { cwd: projectDir },
  );
  const [configuration] = JSON.parse(stdout) as TestConfiguration[];
  if (configuration === undefined) {
    throw new Error(`.vscode-test.mjs has no configuration "${version}".`);
  }
  return configuration;
}

async function runOnDesktop(
  version: Version,
  args: readonly string[],
  print: PrintLine,
): Promise<number | null> {
  const child = startProcess(process.execPath, createVscodeTestArgs(version, args), {
    cwd: projectDir,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) {
      createInterface(stream).on('line', print);
    }
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return code;
}

/** Runs the tests in a browser. VS Code forwards each line that the extension host prints to the browser's console. */
async function runInBrowser(version: Version, args: readonly string[], print: PrintLine): Promise<number> {
  const { extensionTestsPath, env } = await readTestConfiguration(version, args);
  const { promise: exit, resolve, reject } = Promise.withResolvers<number>();
  const workbench = await Workbench.open({
    version,
    env,
    extensionTestsPath,
    installsExample: true,
    builtInExtensions: 'declarative',
    onTestLog: (...output) => {
      print(output.map(String).join(' '));
    },
    onTestExit: resolve,
  });
  try {
    const handleBrowserEnd = () => {
      reject(new Error('The browser in which VS Code runs has crashed or was closed.'));
    };
    workbench.page.once('crash', handleBrowserEnd).once('close', handleBrowserEnd);
    return await exit;
  } finally {
    await workbench.close();
  }
}

/** Runs the tests, and returns the exit code, which is 0 only if every test passed. */
async function runSuite(version: Version, args: readonly string[]): Promise<number> {
  const run = (await prepareHost(version)) === 'desktop' ? runOnDesktop : runInBrowser;
  const events = new Set<string | undefined>();
  const code = await run(version, [...args, '--reporter', 'json-stream'], (line) => {
    const event = /^\["(start|pass|fail|end)",\{.*\}\]$/.exec(line)?.[1];
    events.add(event);
    (event === undefined ? console.error : console.log)(line);
  });
  if (!events.has('end')) {
    // If an extension host crashes, the exit code can still be 0.
    console.error(`VS Code exited (exit code ${String(code)}) before the tests ended.`);
    return 1;
  }
  return code ?? 1;
}

if (import.meta.main) {
  const [version = '', ...args] = process.argv.slice(2);
  if (!(version in versions)) {
    console.error(
      `Usage: node test/host/runSuite.ts ${Object.keys(versions).join('|')} [options of vscode-test]`,
    );
    process.exit(2);
  }
  try {
    process.exitCode = await runSuite(version as Version, args);
  } catch (error) {
    console.error(`Couldn't run the tests in VS Code (${version}): ${String(error)}`);
    // Exiting also stops all processes that were started.
    process.exit(1);
  }
}
