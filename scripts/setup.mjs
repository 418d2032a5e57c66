// Runs before `npm start`, `npm test`, `npm run bench` and `npm run soak`, on any version of Node.js. Installs the npm
// packages, which include the Node.js that the other scripts run on.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'));

const installedLock = 'node_modules/.package-lock.json';
if (!existsSync(installedLock) || statSync(installedLock).mtimeMs < statSync('package-lock.json').mtimeMs) {
  console.log('Installing npm packages (450 MB)…');
  const npm = spawn('npm', ['ci', '--no-audit', '--no-fund'], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => npm.kill(signal));
  }
  const [code] = await once(npm, 'exit');
  if (code !== 0) {
    console.error("Couldn't install the npm packages; see the output above.");
    process.exit(1);
  }
}

const [major, minor] = process.versions.node.split('.').map(Number);
const runsTypeScript = major > 22 || (major === 22 && minor >= 18);
const bundledNode =
  process.platform === 'win32' ? 'node_modules/node/bin/node.exe' : 'node_modules/node/bin/node';
if (!runsTypeScript && !existsSync(bundledNode)) {
  console.error(`Node.js 22.18 or newer is required; this is ${process.versions.node}.`);
  process.exit(1);
}
