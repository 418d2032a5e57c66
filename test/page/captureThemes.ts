// Reads the theme variables of real webviews, and saves in themes.json those that the page or VS Code's default webview
// style uses. Run it after `node esbuild.js` when the page uses a variable that themes.json lacks:
// node test/page/captureThemes.ts
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format } from 'prettier';
import { projectDir } from '../host/paths.ts';
import { createTemporaryFolder } from '../host/temporaryFolder.ts';
import { versions } from '../host/versions.ts';
import { Workbench } from '../host/Workbench.ts';
import { findUsedVariables } from './findUsedVariables.ts';

const colorThemes = {
  dark: 'Default Dark Modern',
  light: 'Default Light Modern',
  'hc-dark': 'Default High Contrast',
  'hc-light': 'Default High Contrast Light',
  'newest-dark': versions.newest.themes.dark,
  'newest-light': versions.newest.themes.light,
};

/** An expression that reads the theme of the webview in which it is evaluated. */
const readWebview = `({
  bodyClass: [...document.body.classList].filter((name) => /^vscode-(?!body)/.test(name)).join(' '),
  style: document.documentElement.getAttribute('style'),
  defaultStyle: document.querySelector('#_defaultStyles').textContent,
})`;

interface WebviewTheme {
  readonly bodyClass: string;
  readonly style: string;
  readonly defaultStyle: string;
}

/** Reads the theme from a Markdown preview, the simplest webview to open. */
async function readTheme(colorTheme: string): Promise<WebviewTheme> {
  const workspace = createTemporaryFolder();
  await writeFile(join(workspace, 'page.md'), '# Hello');
  const workbench = await Workbench.open({
    version: 'newest',
    workspace,
    settings: {
      'window.autoDetectColorScheme': false,
      'workbench.colorTheme': colorTheme,
      'workbench.editorAssociations': { '*.md': 'vscode.markdown.preview.editor' },
    },
  });
  const { page } = workbench;
  await page.keyboard.press('Control+P');
  await page.locator('.quick-input-widget input').fill('page.md');
  await page.locator('.quick-input-widget').getByRole('option', { name: 'page.md' }).first().waitFor();
  await page.keyboard.press('Enter');
  const frame = page.frameLocator('iframe.webview.ready').frameLocator('iframe');
  await frame.getByText('Hello').waitFor();
  const inner = await frame.owner().elementHandle();
  const webview = await (await inner.contentFrame())?.evaluate<WebviewTheme>(readWebview);
  await workbench.close();
  if (webview === undefined) {
    throw new Error(`No webview opened with the theme ${colorTheme}.`);
  }
  return webview;
}

const used = await findUsedVariables();
const themes: Record<string, unknown> = {};
let defaultStyle = '';
for (const [name, colorTheme] of Object.entries(colorThemes)) {
  const webview = await readTheme(colorTheme);
  ({ defaultStyle } = webview);
  const all = new Map(
    [...webview.style.matchAll(/(--vscode-[\w-]+): ?([^;]+);/g)].map(([, key = '', value]) => [key, value]),
  );
  const variables = [...used, ...(defaultStyle.match(/--vscode-[\w-]+/g) ?? [])].sort();
  themes[name] = {
    bodyClass: webview.bodyClass,
    // Null marks a variable that VS Code leaves undefined in this theme.
    variables: Object.fromEntries(variables.map((variable) => [variable, all.get(variable) ?? null])),
  };
  console.log(name);
}
const file = join(projectDir, 'test/page/themes.json');
const options = JSON.parse(await readFile(join(projectDir, '.prettierrc.json'), 'utf8')) as object;
await writeFile(file, await format(JSON.stringify({ defaultStyle, themes }), { ...options, parser: 'json' }));
