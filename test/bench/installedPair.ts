import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { projectDir } from '../host/paths.ts';
import { createProbeSource } from './inside/activationTimes.ts';

/** The ids of the compared extensions. */
export const sequinId = `${manifest.publisher}.${manifest.name}`;
export const emptyId = 'bench.empty';

const { version, engines } = manifest;
/** The files of the package that an activation may read. `l10n` exists only after `npm run package`. */
const packagedFiles = ['dist', 'media', 'l10n', 'package.nls.json'];

/** The smallest extension that shows a tree. */
const emptyManifest = {
  name: 'empty',
  publisher: 'bench',
  version,
  engines,
  contributes: {
    viewsContainers: { activitybar: [{ id: 'empty', title: 'Empty', icon: 'icon.svg' }] },
    views: { empty: [{ id: 'empty.tree', name: 'Empty' }] },
  },
};
const emptyCode = `
const vscode = require('vscode');
exports.activate = (context) => {
  const treeDataProvider = { getChildren: () => [], getTreeItem: (item) => item };
  context.subscriptions.push(vscode.window.createTreeView('empty.tree', { treeDataProvider }));
};
`;

/** Installs this extension and an extension with an empty tree. VS Code activates neither of them at startup. */
export async function installPair(extensionsDir: string): Promise<void> {
  const sequinDir = join(extensionsDir, `${sequinId}-${version}`);
  await mkdir(sequinDir, { recursive: true });
  for (const name of packagedFiles) {
    await cp(join(projectDir, name), join(sequinDir, name), { recursive: true, force: true }).catch(
      ignoreMissing,
    );
  }
  await writeProbedManifest(sequinDir, { ...manifest, activationEvents: [] }, manifest.main);

  const emptyDir = join(extensionsDir, `${emptyId}-${version}`);
  await mkdir(emptyDir, { recursive: true });
  await writeFile(join(emptyDir, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await writeFile(join(emptyDir, 'extension.cjs'), emptyCode);
  await writeProbedManifest(emptyDir, emptyManifest, './extension.cjs');
}

/** Writes an extension that does nothing. VS Code needs an extension under development to run tests. */
export async function writeIdleExtension(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const idle = { name: 'idle', publisher: 'bench', version, engines };
  await writeFile(join(folder, 'package.json'), JSON.stringify(idle));
}

/** Writes a manifest whose entry point measures the activation of `main`. */
async function writeProbedManifest(folder: string, fields: object, main: string): Promise<void> {
  await writeFile(join(folder, 'probe.cjs'), createProbeSource(main));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ ...fields, main: './probe.cjs' }));
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') {
    throw error;
  }
}
