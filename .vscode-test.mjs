import { join } from 'node:path';
import { defineConfig } from '@vscode/test-cli';
import manifest from './package.json' with { type: 'json' };

/**
 * The VS Code versions that the tests in `test/suite/` run in. `npx vscode-test --label newest` runs them on a desktop,
 * and so does the Test Explorer if the extension "Extension Test Runner" is installed.
 */
const versions = {
  newest: 'stable',
  minimum: manifest.engines.vscode.replace('^', ''),
};

export default defineConfig(
  Object.entries(versions).map(([label, version]) => ({
    label,
    version,
    files: 'out/suite/**/*.test.{cjs,js,mjs}',
    extensionDevelopmentPath: [import.meta.dirname, join(import.meta.dirname, 'out/exampleExtension')],
    workspaceFolder: 'test/host/workspace',
    launchArgs: [
      '--disable-extensions',
      '--disable-workspace-trust',
      // Two instances of VS Code can't share a user data folder, and the tests may run in both versions at once.
      `--user-data-dir=${join(import.meta.dirname, '.vscode-test', `user-data-${label}`)}`,
    ],
    mocha: { ui: 'bdd', timeout: 20_000, forbidOnly: true, failZero: true },
  })),
);
