import { resolve } from 'node:path';

/** The folder of the project, and of the extension under development. */
export const projectDir = resolve(import.meta.dirname, '../..');

/** The folder that VS Code opens by default. */
export const sampleWorkspace = resolve(import.meta.dirname, 'workspace');

/** The cache of VS Code installations; ignored by Git. */
export const cacheDir = resolve(projectDir, '.vscode-test');

/** The folder of the built example extension. */
export const exampleExtension = resolve(projectDir, 'out/exampleExtension');

/** The package that `npm test` builds and tests. */
export const packagePath = resolve(projectDir, 'out/sequin.vsix');
