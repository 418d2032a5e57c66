// Builds the extension (`dist/`) and the tests that run inside VS Code (`out/suite/`).
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import * as esbuild from 'esbuild';
import { subsetIcons } from './scripts/subsetIcons.mjs';
import { createThirdPartyNotices } from './scripts/thirdPartyNotices.mjs';

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');

/**
 * Replaces all imports of `vscode` with one shared import. Otherwise each file with `import * as vscode` copies hundreds
 * of names while the extension loads, which doubles the CPU time of loading.
 *
 * @type {import('esbuild').Plugin}
 */
const importVscodeOnce = {
  name: 'import-vscode-once',
  setup(build) {
    build.onResolve({ filter: /^vscode$/ }, ({ path, namespace }) =>
      namespace === 'shared-import' ? { path, external: true } : { path, namespace: 'shared-import' },
    );
    build.onLoad({ filter: /.*/, namespace: 'shared-import' }, ({ path }) => ({
      contents: `export * from '${path}';`,
    }));
  },
};

/**
 * Writes the output as CommonJS. esbuild can split only ES modules into shared chunks, and VS Code passes every import of
 * an ES module through its loader hooks: loading and activating took 28 % more CPU time in VS Code 1.139 and 95 % more
 * in 1.105.
 *
 * @type {import('esbuild').Plugin}
 */
const writeAsCommonJs = {
  name: 'write-as-commonjs',
  setup(build) {
    /** @type {string[]} */
    let previousPaths = [];
    Object.assign(build.initialOptions, { write: false, sourcemap: production ? false : 'inline' });
    build.onEnd(async ({ outputFiles = [] }) => {
      await mkdir('dist', { recursive: true });
      const paths = (await Promise.all(outputFiles.map(writeCommonJs))).flat();
      // The names of changed chunks change too.
      await Promise.all(previousPaths.filter((path) => !paths.includes(path)).map((path) => rm(path)));
      previousPaths = paths;
    });
  },
};

/**
 * Converts an ES module and writes it and its source map. Returns the paths of both.
 *
 * @param {Pick<import('esbuild').OutputFile, 'path' | 'text'>} module
 */
async function writeCommonJs({ path, text }) {
  const { code, map } = await esbuild.transform(text, {
    ...transformOptions,
    format: 'cjs',
    platform: 'node',
    target: 'node22',
    supported: { 'dynamic-import': false },
    // The module has an inline source map, which esbuild includes in the new one.
    sourcemap: production ? false : 'external',
    sourcefile: basename(path),
  });
  if (production) {
    await writeFile(path, code);
    return [path];
  }
  const mapPath = `${path}.map`;
  await writeFile(path, `${code}//# sourceMappingURL=${basename(mapPath)}\n`);
  await writeFile(mapPath, map);
  return [path, mapPath];
}

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

/** @satisfies {import('esbuild').TransformOptions} */
const transformOptions = {
  minify: production,
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'warning',
};

/** @type {import('esbuild').BuildOptions} */
const shared = {
  ...transformOptions,
  bundle: true,
  define: { 'process.env.NODE_ENV': JSON.stringify(production ? 'production' : 'development') },
  sourcemap: production ? false : 'linked',
};

/** @type {import('esbuild').BuildOptions[]} */
const builds = [
  // Modules that are imported with `import()` load on first use, and share chunks.
  {
    ...shared,
    entryPoints: ['src/extension.ts'],
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    entryNames: '[name]',
    chunkNames: '[name]-[hash]',
    platform: 'node',
    format: 'esm',
    splitting: true,
    target: 'node22',
    plugins: [importVscodeOnce, readPackagedSchema, writeAsCommonJs],
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
