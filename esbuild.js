// Builds what ships (`dist/`) and the suite that runs inside VS Code (`out/suite/`).
import * as esbuild from 'esbuild';
import { rm } from 'node:fs/promises';
import { basename } from 'node:path';

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');

/**
 * What is a bundle of its own, loaded when it is first used: an activation that shows a welcome view needs neither
 * axios nor the schemas, the check of a page's messages only who opens one, and a YAML parser only who starts a
 * backfill.
 */
const loadedLater = {
  api: 'src/api/createSequinApi.ts',
  cli: 'src/connections/cliContexts.ts',
  csv: 'src/text/historyCsv.ts',
  protocol: 'src/detail/protocol.ts',
  yaml: 'src/yaml/tablesInYaml.ts',
};

/** A dynamic import of these stays an import at run time. */
const loadLater = {
  name: 'load-later',
  setup(build) {
    for (const [name, path] of Object.entries(loadedLater)) {
      build.onResolve({ filter: new RegExp(`/${basename(path)}$`) }, ({ kind }) =>
        kind === 'dynamic-import' ? { path: `./${name}.cjs`, external: true } : undefined,
      );
    }
  },
};

/**
 * One module that imports VS Code's API, for all that do. Otherwise each file of ours would copy its hundreds of
 * names when the bundle is loaded, which took more time than all the rest.
 */
const vscodeOnce = {
  name: 'vscode-once',
  setup(build) {
    build.onResolve({ filter: /^vscode$/ }, ({ namespace }) =>
      namespace === 'vscode-once' ? { external: true } : { path: 'vscode', namespace: 'vscode-once' },
    );
    build.onLoad({ filter: /.*/, namespace: 'vscode-once' }, () => ({ contents: "export * from 'vscode';" }));
  },
};

let runningBuilds = 0;

/**
 * Prints what the `$esbuild-watch` problem matcher of VS Code waits for, once for all builds: a line when the first
 * build starts, the problems, and a line when the last build has finished. The matcher expects the location of a
 * problem on the line after its message; esbuild leaves a blank line between the two.
 *
 * @type {import('esbuild').Plugin}
 */
const reportToProblemMatcher = {
  name: 'report-to-problem-matcher',
  setup(build) {
    build.onStart(() => {
      if (runningBuilds++ === 0) console.log('[watch] build started');
    });
    build.onEnd(async ({ errors, warnings }) => {
      const color = process.stdout.isTTY;
      const problems = [
        ...(await esbuild.formatMessages(errors, { kind: 'error', color })),
        ...(await esbuild.formatMessages(warnings, { kind: 'warning', color })),
      ];
      for (const problem of problems) console.log(problem.replace('\n\n', '\n'));
      if (--runningBuilds === 0) console.log('[watch] build finished');
    });
  },
};

/** @type {import('esbuild').BuildOptions} */
const shared = {
  bundle: true,
  minify: production,
  define: { 'process.env.NODE_ENV': JSON.stringify(production ? 'production' : 'development') },
  sourcemap: production ? false : 'linked',
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'warning',
};

/** @type {import('esbuild').BuildOptions[]} */
const builds = [
  {
    ...shared,
    entryPoints: { extension: 'src/extension.ts', ...loadedLater },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    plugins: [loadLater, vscodeOnce],
  },
  {
    ...shared,
    entryPoints: { page: 'src/detail/page/main.ts', 'page-style': 'media/page.css' },
    outdir: 'dist',
    platform: 'browser',
    format: 'iife',
    target: 'chrome138',
    loader: { '.ttf': 'copy' },
    assetNames: '[name]',
  },
];

if (!production) {
  builds.push({
    ...shared,
    entryPoints: ['test/suite/**/*.test.ts'],
    outdir: 'out/suite',
    outExtension: { '.js': '.cjs' },
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    external: ['vscode'],
  });
}

// The tests are listed by folder, so a test that was deleted from the sources must not stay behind.
await rm('out/suite', { recursive: true, force: true });
if (watch) {
  // All contexts exist before the first build starts, so that no build finishes before another starts.
  const contexts = await Promise.all(
    builds.map((options) =>
      esbuild.context({
        ...options,
        logLevel: 'silent',
        plugins: [...(options.plugins ?? []), reportToProblemMatcher],
      }),
    ),
  );
  await Promise.all(contexts.map((context) => context.watch()));
} else {
  await rm('dist', { recursive: true, force: true });
  await Promise.all(builds.map((options) => esbuild.build(options)));
}
