import { resolve } from 'node:path';

/** The folder of the project, which is also the extension under development. */
export const projectDir = resolve(import.meta.dirname, '../..');

/** The folder that VS Code opens unless a test brings its own. */
export const sampleWorkspace = resolve(import.meta.dirname, 'workspace');

/** Where whole VS Codes are kept between runs; not part of the repository. */
export const cacheDir = resolve(projectDir, '.vscode-test');
