// Builds the extension (`dist/`) and the tests that run inside VS Code (`out/suite/`).
import { rm, writeFile } from 'node:fs/promises';
import { basename, relative, resolve } from 'node:path';
import * as esbuild from 'esbuild';
import { subsetIcons } from './scripts/subsetIcons.mjs';
import { createThirdPartyNotices } from './scripts/thirdPartyNotices.mjs';

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');

/**
 * Modules with a bundle of their own, loaded on first use with `import()`. Showing the tree for the first time doesn't
 * need the HTTP client, the schemas or the parsers.
 */
const loadedOnFirstUse = [
  'src/api/createApiClient.ts',
  'src/connections/cliContexts.ts',
  'src/detail/protocol.ts',
  'src/sampleServer/SampleServer.ts',
  'src/text/backfillsCsv.ts',
  'src/yaml/yamlSupport.ts',
];

/**
 * Resolves `import()` of the modules above to their bundles.
 *
 * @type {import('esbuild').Plugin}
 */
const importBundles = {
  name: 'import-bundles',
  setup(build) {
    build.onResolve({ filter: /\.ts$/ }, ({ kind, path, resolveDir }) => {
      if (kind !== 'dynamic-import') {
        return undefined;
      }
      const source = relative(import.meta.dirname, resolve(resolveDir, path)).replaceAll('\\', '/');
      return loadedOnFirstUse.includes(source)
        ? { path: `./${basename(source, '.ts')}.cjs`, external: true }
        : { errors: [{ text: `Add ${source} to loadedOnFirstUse in esbuild.js` }] };
    });
  },
};

/**
 * Replaces all imports of a module with one shared import. Otherwise each file with `import * as vscode` copies hundreds
 * of names while the extension loads, which doubles the CPU time of loading.
 *
 * @param {string} module
 * @param {string} path the path of the module at run time
 * @returns {import('esbuild').Plugin}
 */
function importOnce(module, path) {
  return {
    name: `import-${module}-once`,
    setup(build) {
      build.onResolve({ filter: new RegExp(`^${module}$`) }, ({ kind, namespace }) => {
        if (kind === 'entry-point') {
          return undefined;
        }
        return namespace === module ? { path, external: true } : { path, namespace: module };
      });
      build.onLoad({ filter: /.*/, namespace: module }, () => ({ contents: `export * from '${module}';` }));
    },
  };
}

const importVscodeOnce = importOnce('vscode', 'vscode');
/** The translations are the state of a module, so all bundles share the module. */
const importL10nOnce = importOnce('@vscode/l10n', './l10n.cjs');

/**
 * Removes the icons that the page doesn't use from the font.
 *
 * @type {import('esbuild').Plugin}
 */
const subsetIconFont = {
  name: 'subset-icon-font',
  setup(build) {
    build.onLoad({ filter: /[\\/]codicon\.ttf$/ }, async ({ path }) => ({
      contents: await subsetIcons(path, resolve(import.meta.dirname, 'src')),
      loader: 'copy',
    }));
  },
};

/**
 * Reads the schema of `sequin.yaml` from the package, which has it for other extensions.
 *
 * @type {import('esbuild').Plugin}
 */
const readPackagedSchema = {
  name: 'read-packaged-schema',
  setup(build) {
    build.onResolve({ filter: /[\\/]sequin\.schema\.json$/ }, () => ({
      path: '../schemas/sequin.schema.json',
      external: true,
    }));
  },
};

let runningBuilds = 0;

/**
 * Prints the output that VS Code's `$esbuild-watch` problem matcher expects, once for all builds: a line when the first
 * build starts, the problems, and a line when the last build has finished. The matcher expects the location of a
 * problem on the line after its message, where esbuild prints a blank line.
 *
 * @type {import('esbuild').Plugin}
 */
const reportToProblemMatcher = {
  name: 'report-to-problem-matcher',
  setup(build) {
    build.onStart(() => {
      if (runningBuilds++ === 0) {
        console.log('[watch] build started');
      }
    });
    build.onEnd(async ({ errors, warnings }) => {
      const color = process.stdout.isTTY;
      const problems = [
        ...(await esbuild.formatMessages(errors, { kind: 'error', color })),
        ...(await esbuild.formatMessages(warnings, { kind: 'warning', color })),
      ];
      for (const problem of problems) {
        console.log(problem.replace('\n\n', '\n'));
      }
      if (--runningBuilds === 0) {
        console.log('[watch] build finished');
      }
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
  // CommonJS: VS Code passes every import of an ES module through its loader hooks. With `format: 'esm'` and
  // `splitting`, loading and activating took 28 % more CPU time in VS Code 1.139 and 95 % more in 1.105.
  {
    ...shared,
    entryPoints: Object.fromEntries([
      ['l10n', '@vscode/l10n'],
      ...['src/extension.ts', ...loadedOnFirstUse].map((path) => [basename(path, '.ts'), path]),
    ]),
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    plugins: [importBundles, importVscodeOnce, importL10nOnce, readPackagedSchema],
  },
  {
    ...shared,
    entryPoints: { page: 'src/detail/page/main.ts', 'page-style': 'media/page.css' },
    outdir: 'dist',
    platform: 'browser',
    format: 'iife',
    target: 'chrome138',
    loader: { '.ttf': 'copy' },
    plugins: [subsetIconFont],
    assetNames: '[name]',
  },
];

/** The builds of the files that are installed, which come first. */
const extensionBuildCount = builds.length;

if (!production) {
  const inVsCode = {
    ...shared,
    outExtension: { '.js': '.cjs' },
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    external: ['vscode'],
  };
  builds.push(
    { ...inVsCode, entryPoints: ['test/suite/**/*.test.ts'], outdir: 'out/suite' },
    {
      ...inVsCode,
      entryPoints: ['test/exampleExtension/extension.ts', 'test/exampleExtension/package.json'],
      loader: { '.json': 'copy' },
      outdir: 'out/exampleExtension',
    },
  );
}

// VS Code runs all tests in the folder, so delete those whose source file no longer exists.
await rm('out/suite', { recursive: true, force: true });
if (watch) {
  // Create all contexts before starting any build, so that no build finishes before another starts.
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
  const results = await Promise.all(builds.map((options) => esbuild.build({ ...options, metafile: true })));
  const metafiles = results.slice(0, extensionBuildCount).map(({ metafile }) => metafile);
  await writeFile(
    'dist/THIRD_PARTY_NOTICES.txt',
    await createThirdPartyNotices(metafiles, import.meta.dirname),
  );
}
