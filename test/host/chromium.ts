import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Browser, chromium } from '@playwright/test';
import { type CommandResult, runCommand } from './processes.ts';

/** The time in ms to wait for another process, such as an unattended upgrade, to release apt's lock. */
const lockTimeoutMs = 15 * 60_000;
const lockRetryMs = 5_000;

/** Options that let Chromium run as root and stop it from sending requests of its own. */
export const chromiumArgs = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
];

/** Launches Chromium without a window. Installs it first if necessary. */
export async function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: await installChromium(), args: chromiumArgs });
}

/** Finds the path of an installed Chrome or Chromium; undefined if neither is installed. */
export function findChromium(): string | undefined {
  return [...listSystemPaths(), chromium.executablePath()].find((path) => existsSync(path));
}

/**
 * Returns the path of Chrome or Chromium. If neither is installed, downloads Playwright's Chromium. If the download
 * fails and the user is root on Debian, installs Debian's package.
 * @throws Error with instructions if no browser can be installed
 */
export function installChromium(): Promise<string> {
  return (installation ??= findOrInstall());
}

let installation: Promise<string> | undefined;

async function findOrInstall(): Promise<string> {
  const path = findChromium();
  if (path !== undefined) {
    return path;
  }

  console.log('No Chrome or Chromium found. Downloading Chromium for Playwright (180 MB, once)…');
  const installers = [() => runCommand('npx playwright install chromium')];
  if (existsSync('/etc/debian_version') && process.getuid?.() === 0) {
    installers.push(installDebianPackage);
  }
  for (const install of installers) {
    const { code, output } = await install();
    const installed = findChromium();
    if (code === 0 && installed !== undefined) {
      return installed;
    }
    console.log(`Couldn't install Chromium: ${findReason(output)}`);
  }
  throw new Error(
    "Couldn't install Chromium. Install Google Chrome or Chromium, then run the command again.",
  );
}

async function installDebianPackage(): Promise<CommandResult> {
  console.log("Installing Debian's chromium-headless-shell package for the whole system (290 MB, once)…");
  const apt = `apt-get -o DPkg::Lock::Timeout=${lockTimeoutMs / 1_000}`;
  const updated = await retryWhileLocked(`${apt} update`);
  return updated.code === 0
    ? retryWhileLocked(`${apt} install --yes --no-install-recommends chromium-headless-shell`)
    : updated;
}

/** Runs an apt command, and retries it while the package lists are locked. apt itself waits only for dpkg's lock. */
async function retryWhileLocked(command: string): Promise<CommandResult> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
  for (let waitedMs = 0; ; waitedMs += lockRetryMs) {
    const result = await runCommand(command, { env });
    const isLocked = result.code !== 0 && /Could not get lock|Unable to (?:acquire|lock)/.test(result.output);
    if (!isLocked || waitedMs >= lockTimeoutMs) {
      return result;
    }
    if (waitedMs === 0) {
      console.log("Waiting for another process to release apt's lock…");
    }
    await delay(lockRetryMs);
  }
}

/** Finds the line in the output of a failed command that has the reason for the failure. */
function findReason(output: string): string {
  const lines = output
    .trim()
    .split('\n')
    .filter((line) => !/^\s+at /.test(line));
  return (lines.findLast((line) => /\b(?:error|failed|unable|E:)/i.test(line)) ?? lines.at(-1) ?? '').trim();
}

function listSystemPaths(): string[] {
  switch (process.platform) {
    case 'darwin':
      return ['Google Chrome', 'Chromium'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);
    case 'win32':
      return ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA'].map((folder) =>
        join(process.env[folder] ?? '', 'Google/Chrome/Application/chrome.exe'),
      );
    default:
      // The headless shell comes first: it has no window, so it takes less CPU time.
      return [
        'chromium-headless-shell',
        'google-chrome',
        'google-chrome-stable',
        'chromium',
        'chromium-browser',
      ].map((name) => join('/usr/bin', name));
  }
}
