import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { format } from 'node:util';
import { build } from 'esbuild';
import { projectDir } from '../host/paths.ts';
import { createTemporaryFolder } from '../host/temporaryFolder.ts';
import { Workbench } from '../host/Workbench.ts';

/** The module of `inside/` to run, the extension under development, and the environment variables. */
export interface WindowPlan {
  readonly module: 'activation' | 'heap' | 'soak';
  readonly developmentPath: string;
  readonly env: NodeJS.ProcessEnv;
  readonly dataDir?: string;
  /** The user settings. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/**
 * Runs a module inside VS Code, in several windows one after the other. Returns the result from each window.
 * @throws Error with the output of the module if it fails
 */
export async function runInside<T>(plan: WindowPlan, windowCount: number): Promise<T[]> {
  const { module, developmentPath, env, dataDir = createTemporaryFolder(), settings = {} } = plan;
  const reportPath = join(createTemporaryFolder(), 'report.jsonl');
  writeFileSync(reportPath, '');
  const log: string[] = [];
  let exit = Promise.withResolvers<number>();
  // The first window runs no module, and has this project as the extension under development. It warms up VS Code, and
  // the addresses of the other windows are based on its address.
  const workbench = await Workbench.open({
    version: 'newest',
    dataDir,
    settings,
    env: { ...env, SEQUIN_BENCH_REPORT: reportPath },
    onTestLog: (...args) => log.push(format(...args)),
    onTestExit: (code) => {
      exit.resolve(code);
    },
  });
  const address = new URL(workbench.page.url());
  const toRemoteUri = (path: string): string =>
    `vscode-remote://${address.host}${pathToFileURL(path).pathname}`;
  const payload = [
    ['extensionDevelopmentPath', toRemoteUri(developmentPath)],
    ['extensionTestsPath', toRemoteUri(join(projectDir, `out/bench/${module}.cjs`))],
  ];
  address.searchParams.set('payload', JSON.stringify(payload));
  for (let count = 0; count < windowCount; count += 1) {
    exit = Promise.withResolvers();
    await workbench.page.goto(address.href);
    if ((await exit.promise) !== 0) {
      throw new Error(`${module} failed inside VS Code:\n${log.join('\n')}`);
    }
  }
  await workbench.close();
  return readFileSync(reportPath, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}

/** Bundles the modules of `inside/` for VS Code. */
export async function buildInside(): Promise<void> {
  await build({
    entryPoints: ['activation', 'connected', 'heap', 'refreshedRows', 'soak'].map((name) =>
      fileURLToPath(import.meta.resolve(`./inside/${name}.ts`)),
    ),
    outdir: join(projectDir, 'out/bench'),
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    external: ['vscode'],
    logLevel: 'warning',
  });
}
