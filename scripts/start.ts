// `npm start` starts VS Code with the extension, which is connected to an emulated Sequin server or, with `--url`, to a
// real server.
import { tokenPattern } from '../src/model/token.ts';
import { Emulator } from '../test/emulator/Emulator.ts';
import { type Scenario, scenarios } from '../test/emulator/scenarios.ts';
import { installChromium } from '../test/host/chromium.ts';
import { parseChoice, parseNumber, parseOptions, runMain, UsageError } from '../test/host/options.ts';
import { runOrFail } from '../test/host/processes.ts';
import { redirectTemporaryFiles } from '../test/host/temporaryFolder.ts';
import { VscodeServer } from '../test/host/VscodeServer.ts';
import { Workbench, type WorkbenchOptions } from '../test/host/Workbench.ts';

const usage = `Usage: npm start -- [options]

Opens VS Code in a browser, with the extension connected to an emulated Sequin server.

  --url <address>       Connect to this Sequin server instead, with the API token in SEQUIN_TOKEN
  --scenario <name>     Contents of the emulated server: ${scenarios.join(', ')} (default: demo)
  --port <number>       Port of VS Code (default: any free port)
  --screenshot <file>   Save a PNG picture of the window and exit
  --theme <name>        Color theme of the picture: dark, light (default: dark)
  --help                Show this help`;

/** Sequin's default port. */
const sequinPort = 7376;
const themes = ['dark', 'light'] as const;

interface Options {
  readonly url: string | undefined;
  readonly scenario: Scenario;
  readonly port: number | undefined;
  readonly screenshot: string | undefined;
  readonly theme: (typeof themes)[number];
}

await runMain(async () => {
  const options = readOptions();
  if (options === undefined) {
    console.log(usage);
  } else {
    await start(options);
  }
}, 'Run "npm start -- --help" for the options.');

async function start(options: Options): Promise<void> {
  redirectTemporaryFiles();
  const server =
    options.url === undefined ? await startEmulator(options.scenario) : await checkServer(options.url);
  console.log('Building the extension…');
  await runOrFail('node esbuild.js');

  const env = { SEQUIN_ADDRESS: server.url, SEQUIN_TOKEN: server.token };
  const host = { version: 'newest', env, installsExtension: true, writesLogs: true } as const;
  if (options.screenshot !== undefined) {
    await installChromium();
    console.log('Starting VS Code…');
    await takeScreenshot(options.screenshot, { ...host, theme: options.theme });
    console.log(`Wrote ${options.screenshot}`);
    process.exit();
  }
  console.log('Starting VS Code…');
  const vscode = await VscodeServer.start({
    ...host,
    ...(options.port !== undefined && { port: options.port }),
  });
  console.log(`\nOpen VS Code in a browser: ${vscode.address()}\nPress Ctrl-C to stop.`);
}

/** Parses the command-line options. Returns undefined if help is requested. */
function readOptions(): Options | undefined {
  const values = parseOptions({
    options: {
      url: { type: 'string' },
      scenario: { type: 'string', default: 'demo' },
      port: { type: 'string' },
      screenshot: { type: 'string' },
      theme: { type: 'string', default: 'dark' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    return undefined;
  }
  if (values.url !== undefined && !(/^https?:\/\//.test(values.url) && URL.canParse(values.url))) {
    throw new UsageError(
      `--url must be an address such as http://localhost:${sequinPort}, not "${values.url}".`,
    );
  }
  return {
    url: values.url,
    port: values.port === undefined ? undefined : parseNumber('--port', [1, 65_535], values.port),
    screenshot: values.screenshot,
    scenario: parseChoice('--scenario', scenarios, values.scenario),
    theme: parseChoice('--theme', themes, values.theme),
  };
}

async function startEmulator(scenario: Scenario): Promise<Emulator> {
  const emulator = await Emulator.start({ scenario, port: sequinPort }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') {
      throw error;
    }
    console.log(`Port ${sequinPort} is in use; the emulated server uses another port.`);
    return Emulator.start({ scenario });
  });
  console.log(`Started the emulated Sequin server at ${emulator.url} (scenario: ${scenario})`);
  return emulator;
}

/**
 * Checks that a Sequin server responds and accepts the token.
 * @throws UsageError if the token is missing or invalid
 * @throws Error if the server is unreachable, rejects the token, or isn't a Sequin server
 */
async function checkServer(url: string): Promise<{ url: string; token: string }> {
  const token = process.env['SEQUIN_TOKEN'];
  if (!token) {
    throw new UsageError('--url needs an API token of the server in the environment variable SEQUIN_TOKEN.');
  }
  // The error that `fetch` throws for an invalid header would contain the token.
  if (!tokenPattern.test(token)) {
    throw new UsageError(
      'The API token in SEQUIN_TOKEN contains a space, a line break or a non-ASCII character.',
    );
  }
  const response = await fetch(new URL('api/sinks', url.endsWith('/') ? url : `${url}/`), {
    headers: { Authorization: `Bearer ${token}` },
    redirect: 'manual',
    signal: AbortSignal.timeout(30_000),
  }).catch((error: unknown) => {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Can't connect to ${url}: ${reason}. Is Sequin running?`);
  });
  await response.body?.cancel();
  if (response.status === 401) {
    throw new Error(`${url} rejected the API token in SEQUIN_TOKEN.`);
  }
  if (!response.ok) {
    throw new Error(`${url} doesn't respond like a Sequin server (HTTP ${response.status}).`);
  }
  return { url, token };
}

/** Takes a picture of VS Code with the Sequin view open and its first row expanded. */
async function takeScreenshot(file: string, options: WorkbenchOptions): Promise<void> {
  const workbench = await Workbench.open(options);
  const { page } = workbench;
  await page.locator('.part.activitybar').getByRole('tab', { name: 'Sequin' }).click();

  // Find the view by its position, because its name depends on the display language.
  const rows = page.locator('.part.sidebar').getByRole('tree').first().getByRole('treeitem');
  // The first row may be "Loading…". Without sinks, no row can be expanded.
  await rows
    .filter({ hasNot: page.locator('.codicon-loading') })
    .first()
    .waitFor();
  if ((await rows.first().getAttribute('aria-expanded')) === 'false') {
    const count = await rows.count();
    await rows.first().locator('.monaco-tl-twistie').click();
    await rows.nth(count).waitFor();
    await rows.locator('.codicon-loading').waitFor({ state: 'detached' });
  }
  // Move the mouse away from the row. Otherwise, its hover would cover other rows.
  const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
  await page.mouse.move(width / 2, height / 2);
  await page.locator('.monaco-hover:visible').waitFor({ state: 'hidden' });
  await page.screenshot({ path: file });
  await workbench.close();
}
