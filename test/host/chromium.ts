import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { type Browser, chromium } from '@playwright/test';

import { projectDir } from './paths.ts';
import { runOrFail } from './processes.ts';

/** Starts a Chromium without a window, and gets one first where there is none. */
export async function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: await installChromium(),
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  });
}

/** The path of a Chromium or Chrome: one of the system, else one that is installed now. */
export function installChromium(): Promise<string> {
  return (started ??= findOrInstall());
}

let started: Promise<string> | undefined;

async function findOrInstall(): Promise<string> {
  const found = findChromium();
  if (found !== undefined) return found;

  // Debian's package brings the libraries that the download of Playwright expects to be there.
  if (existsSync('/etc/debian_version') && process.getuid?.() === 0) {
    await runOrFail('apt-get update && apt-get install -y --no-install-recommends chromium');
  } else {
    await runOrFail('npx playwright install chromium', { cwd: projectDir });
  }
  const installed = findChromium();
  if (installed === undefined)
    throw new Error('No Chromium or Chrome was found, nor could one be installed.');
  return installed;
}

/** The path of an installed Chrome or Chromium, if there is one. */
export function findChromium(): string | undefined {
  return [...systemPaths(), chromium.executablePath()].find((path) => existsSync(path));
}

function systemPaths(): string[] {
  switch (process.platform) {
    case 'darwin':
      return ['Google Chrome', 'Chromium'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);
    case 'win32':
      return ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA'].map((folder) =>
        join(process.env[folder] ?? '', 'Google/Chrome/Application/chrome.exe'),
      );
    default:
      return ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser'].map((name) =>
        join('/usr/bin', name),
      );
  }
}
