// Runs before `npm start` and `npm test`, on whatever Node there is: gets the packages, among them the Node
// that the rest of the scripts runs on.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'));

const installed = 'node_modules/.package-lock.json';
if (!existsSync(installed) || statSync(installed).mtimeMs < statSync('package-lock.json').mtimeMs) {
  console.log('Getting the packages …');
  const { status } = spawnSync('npm ci --no-audit --no-fund', { stdio: 'inherit', shell: true });
  if (status !== 0) process.exit(1);
}

const [major, minor] = process.versions.node.split('.').map(Number);
const runsTypeScript = major > 22 || (major === 22 && minor >= 18);
const brought =
  process.platform === 'win32' ? 'node_modules/node/bin/node.exe' : 'node_modules/node/bin/node';
if (!runsTypeScript && !existsSync(brought)) {
  console.error(
    `Node 22.18 or newer is needed: this is ${process.versions.node}, and the npm package "node" brought none.`,
  );
  process.exit(1);
}
