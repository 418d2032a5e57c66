import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { projectDir } from './paths.ts';
import type { Version } from './versions.ts';

/** The configuration for one VS Code version in `.vscode-test.mjs`, as `vscode-test` resolves it. */
export interface TestConfiguration {
  /** The version, or `stable`. */
  readonly config: { readonly version: string };
  /** The module that VS Code loads to run the tests. */
  readonly extensionTestsPath: string;
  /** The environment in which that module finds its Mocha options and its files. */
  readonly env: Readonly<Record<string, string>>;
}

/** Creates the arguments with which Node.js runs `vscode-test` for one VS Code version. */
export function vscodeTestArgs(version: Version, args: readonly string[] = []): string[] {
  const cli = new URL('bin.mjs', import.meta.resolve('@vscode/test-cli'));
  return [fileURLToPath(cli), '--label', version, ...args];
}

/** Reads the configuration of one VS Code version from `.vscode-test.mjs`, as the Test Explorer does. */
export async function readTestConfiguration(
  version: Version,
  args: readonly string[] = [],
): Promise<TestConfiguration> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    vscodeTestArgs(version, [...args, '--list-configuration']),
    { cwd: projectDir },
  );
  const [configuration] = JSON.parse(stdout) as TestConfiguration[];
  if (configuration === undefined) {
    throw new Error(`.vscode-test.mjs has no configuration "${version}".`);
  }
  return configuration;
}
