import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { projectDir } from '../host/paths.ts';
import { probe } from './inside/activationTimes.ts';

/** The ids of the two extensions that are compared. */
export const ours = `${manifest.publisher}.${manifest.name}`;
export const empty = 'bench.empty';

const { version, engines } = manifest;
const shipped = ['dist', 'media', 'l10n', 'package.nls.json'];

/** The least that shows a tree. */
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

/** Puts this extension and one with an empty tree where a VS Code finds its extensions; both activate by hand only. */
export async function installPair(extensionsDir: string): Promise<void> {
  const ourDir = join(extensionsDir, `${ours}-${version}`);
  await mkdir(ourDir, { recursive: true });
  for (const name of shipped) {
    await cp(join(projectDir, name), join(ourDir, name), { recursive: true, force: true }).catch(
      ignoreMissing,
    );
  }
  await writeManifest(ourDir, { ...manifest, activationEvents: [] }, manifest.main);

  const emptyDir = join(extensionsDir, `${empty}-${version}`);
  await mkdir(emptyDir, { recursive: true });
  await writeFile(join(emptyDir, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await writeFile(join(emptyDir, 'extension.cjs'), emptyCode);
  await writeManifest(emptyDir, emptyManifest, './extension.cjs');
}

/** An extension that does nothing: VS Code runs no module of tests without one under development. */
export async function writeIdleExtension(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const idle = { name: 'idle', publisher: 'bench', version, engines };
  await writeFile(join(folder, 'package.json'), JSON.stringify(idle));
}

async function writeManifest(folder: string, fields: object, main: string): Promise<void> {
  await writeFile(join(folder, 'probe.cjs'), probe(main));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ ...fields, main: './probe.cjs' }));
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') {
    throw error;
  }
}
