// `npm start`: VS Code with the extension in it, connected to the emulator or, with `--url`, to a server.
import { parseArgs } from 'node:util';

import { Emulator, type EmulatorOptions } from '../test/emulator/Emulator.ts';
import { hasDesktopCode, openDesktopCode } from '../test/host/desktop.ts';
import { projectDir } from '../test/host/paths.ts';
import { runOrFail } from '../test/host/processes.ts';
import { VscodeServer } from '../test/host/VscodeServer.ts';
import { takeScreenshot } from './takeScreenshot.ts';

const usualPort = 7376;

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    scenario: { type: 'string', default: 'demo' },
    screenshot: { type: 'string' },
    theme: { type: 'string', default: 'dark' },
  },
});

console.log('Building …');
await runOrFail('node esbuild.js', { cwd: projectDir });
const env = values.url === undefined ? await startEmulator() : { SEQUIN_ADDRESS: values.url };

if (values.screenshot !== undefined) {
  await takeScreenshot(values.screenshot, { env, theme: values.theme === 'light' ? 'light' : 'dark' });
  process.exit();
} else if (hasDesktopCode() && process.env['SEQUIN_TEST_HOST'] !== 'browser') {
  console.log('VS Code opens in a window of its own. Close it to end.');
  await openDesktopCode(env);
  process.exit();
} else {
  console.log('Getting VS Code …');
  const server = await VscodeServer.start({ version: 'newest', env });
  console.log(`Open VS Code in a browser (Ctrl-C ends it):\n\n${server.address()}\n`);
}

async function startEmulator(): Promise<NodeJS.ProcessEnv> {
  const scenario = values.scenario as NonNullable<EmulatorOptions['scenario']>;
  const emulator = await Emulator.start({ scenario, port: usualPort }).catch(() =>
    // Somebody has the usual port: any other will do.
    Emulator.start({ scenario }),
  );
  console.log(`Sequin's emulator listens on ${emulator.url}`);
  return { SEQUIN_ADDRESS: emulator.url, SEQUIN_TOKEN: emulator.token };
}
