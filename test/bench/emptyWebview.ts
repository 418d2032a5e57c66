import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };

/** The manifest of the smallest extension with a row that opens a webview. */
const webviewManifest = {
  name: 'webview',
  publisher: 'bench',
  version: '1.0.0',
  engines: manifest.engines,
  main: './extension.cjs',
  contributes: {
    viewsContainers: { activitybar: [{ id: 'webview', title: 'Empty webview', icon: 'icon.svg' }] },
    views: { webview: [{ id: 'webview.tree', name: 'Empty webview' }] },
  },
};

const code = `
const vscode = require('vscode');
exports.activate = (context) => {
  const command = { command: 'webview.open', title: '' };
  const treeDataProvider = { getChildren: (item) => item ? [] : ['row'], getTreeItem: (label) => ({ label, command }) };
  context.subscriptions.push(
    vscode.window.createTreeView('webview.tree', { treeDataProvider }),
    vscode.commands.registerCommand('webview.open', () => {
      const panel = vscode.window.createWebviewPanel('webview', 'Empty', vscode.ViewColumn.One, { enableScripts: true });
      panel.webview.html = '<!DOCTYPE html><html><body><main><h1>Empty</h1></main></body></html>';
    }),
  );
};
`;

/** Installs the extension with the empty webview in an extensions folder. */
export async function installEmptyWebview(extensionsDir: string): Promise<void> {
  const folder = join(extensionsDir, 'bench.webview-1.0.0');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await writeFile(join(folder, 'extension.cjs'), code);
  await writeFile(join(folder, 'package.json'), JSON.stringify(webviewManifest));
}
