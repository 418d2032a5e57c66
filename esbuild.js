// Builds the extension (`dist/`) and the tests that run inside VS Code (`out/suite/`).
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import * as esbuild from 'esbuild';
import { subsetIconFont, subsetIconStyle } from './scripts/subsetIcons.mjs';
import { createThirdPartyNotices } from './scripts/thirdPartyNotices.mjs';

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');

/** The folder of the ES modules that are converted to the files in `dist`. */
const modulesDir = 'out/modules';

/**
 * Writes the ES modules of the build to `dist` as CommonJS. esbuild can split only ES modules into shared chunks, but
 * VS Code passes every import of an ES module through its loader hooks. With ES modules, loading and activating the
 * extension took 28% more CPU time in VS Code 1.139 and 95% more in 1.105.
 *
 * @type {import('esbuild').Plugin}
 */
const writeAsCommonJs = {
  name: 'write-as-commonjs',
  setup(build) {
    build.initialOptions.metafile = true;
    build.onEnd(async ({ errors, metafile }) => {
      if (errors.length === 0 && metafile !== undefined) {
        await writeCommonJs(metafile.outputs);
      }
    });
  },
};

/**
 * Converts the ES modules to CommonJS. VS Code needs some time to load each file, so the chunks that `extension.cjs`
 * imports at startup become part of that file, which exports each of them as an object. Chunks that load later import
 * these objects from `extension.cjs`.
 *
 * @param {import('esbuild').Metafile['outputs']} outputs
 */
async function writeCommonJs(outputs) {
  const paths = Object.keys(outputs).filter((path) => path.endsWith('.cjs'));
  const startPaths = findStaticImports(outputs, `${modulesDir}/extension.cjs`);
  const startNames = startPaths.map((path) => basename(path));
  const options = {
    ...shared,
    ...forExtensionHost,
    format: /** @type {const} */ ('cjs'),
    loader: { '.cjs': /** @type {const} */ ('js') },
    supported: { 'dynamic-import': false },
    outExtension: { '.js': '.cjs' },
    write: false,
  };
  const [start, later] = await Promise.all([
    esbuild.build({
      ...options,
      stdin: {
        contents: [
          ...startPaths.map((path) => importAll(basename(path), outputs[path]?.exports ?? [])),
          `export { activate } from './extension.cjs';`,
          `export const chunks = { ${startNames.map(toIdentifier).join(', ')} };`,
        ].join('\n'),
        resolveDir: modulesDir,
      },
      external: [
        'vscode',
        '*.json',
        ...paths.filter((path) => !startPaths.includes(path)).map((path) => `./${basename(path)}`),
      ],
      outfile: 'dist/extension.cjs',
    }),
    esbuild.build({
      ...options,
      bundle: false,
      entryPoints: paths.filter((path) => !startPaths.includes(path)),
      outdir: 'dist',
    }),
  ]);
  /** @param {string} text */
  const convertImports = (text) =>
    requireOnce(
      text
        .replaceAll(/require\("\.\/([\w-]+\.cjs)"\)/g, (call, name) =>
          startNames.includes(name) ? requireFromStart(name) : call,
        )
        // Remove esbuild's wrapper, which copies hundreds of names in case a module has a default import.
        .replaceAll(/[\w$]+\((require\("(?:vscode|node:[\w/]+)"\))\)/g, '$1'),
    );
  const files = [...start.outputFiles, ...later.outputFiles].map(({ path, text }) => ({
    path,
    text: convertImports(text),
  }));
  for (const { path, text } of files) {
    checkImports(outputs, `${modulesDir}/${basename(path)}`, startPaths, text);
  }
  await mkdir('dist', { recursive: true });
  await Promise.all(files.map(({ path, text }) => writeFile(path, text)));
  // The name of a chunk contains a hash, so chunks of earlier builds remain in the folder. Only the first build of a
  // watch deletes them: later, a running VS Code may still load chunks of an earlier build.
  if (isFirstBuild) {
    isFirstBuild = false;
    const names = files.map(({ path }) => basename(path));
    const outdated = (await readdir('dist')).filter(
      (name) => /\.cjs(\.map)?$/.test(name) && !names.includes(name),
    );
    await Promise.all(outdated.map((name) => rm(`dist/${name}`)));
  }
}

/**
 * Requires `vscode` and each module of Node.js only once in a file. esbuild requires them once for each source file, and
 * VS Code intercepts every call.
 *
 * @param {string} text
 */
function requireOnce(text) {
  /** @type {Map<string, string>} */
  const variables = new Map();
  const body = text.replaceAll(/\brequire\("(?:vscode|node:[\w/]+)"\)/g, (call) => {
    const variable = variables.get(call) ?? `__required${variables.size}`;
    variables.set(call, variable);
    return variable;
  });
  const declarations = [...variables].map(([call, variable]) => `const ${variable} = ${call};`).join('');
  // Without a line break, so that the lines of the source map stay the same.
  return body.replace(/^(?:"use strict";\n?)?/, (directive) => directive + declarations);
}

/**
 * Checks that the imports of a module were converted. A new version of esbuild could write them in a different form.
 *
 * @param {import('esbuild').Metafile['outputs']} outputs
 * @param {string} path
 * @param {readonly string[]} startPaths the modules that are part of `extension.cjs`
 * @param {string} text the converted module
 * @throws {Error} if an import wasn't converted
 */
function checkImports(outputs, path, startPaths, text) {
  const isLater = !startPaths.includes(path);
  for (const { path: imported } of outputs[path]?.imports ?? []) {
    if (
      (imported === 'vscode' && !/= ?require\("vscode"\)/.test(text)) ||
      (isLater && startPaths.includes(imported) && !text.includes(requireFromStart(basename(imported))))
    ) {
      throw new Error(`esbuild.js couldn't convert the import of ${imported} in ${path}.`);
    }
  }
}

/**
 * Returns the expression that imports a chunk that is part of `extension.cjs`.
 *
 * @param {string} name the name of the file
 */
function requireFromStart(name) {
  return `require("./extension.cjs").chunks.${toIdentifier(name)}`;
}

/**
 * Returns the code that imports everything that a chunk exports, and puts it into an object. An object is faster than a
 * namespace, for which esbuild creates a getter for each name. It keeps the first value of each export, so modules must
 * not export variables that are assigned later.
 *
 * @param {string} name the name of the file
 * @param {readonly string[]} exportedNames
 */
function importAll(name, exportedNames) {
  const identifier = toIdentifier(name);
  const variables = exportedNames.map((exported) => `${exported} as ${identifier}_${exported}`);
  const properties = exportedNames.map((exported) => `${exported}: ${identifier}_${exported}`);
  return `import { ${variables.join(', ')} } from './${name}'; const ${identifier} = { ${properties.join(', ')} };`;
}

/**
 * Returns the name under which `extension.cjs` exports a chunk in `chunks`.
 *
 * @param {string} name the name of the file, such as `chunk-2SKJ3DBH.cjs`
 */
function toIdentifier(name) {
  return basename(name, '.cjs').replaceAll('-', '_');
}

/**
 * Lists a module and the modules that it imports directly or indirectly, except with `import()`.
 *
 * @param {import('esbuild').Metafile['outputs']} outputs
 * @param {string} path
 */
function findStaticImports(outputs, path, visited = /** @type {string[]} */ ([])) {
  if (!visited.includes(path)) {
    visited.push(path);
    for (const { path: imported, kind } of outputs[path]?.imports ?? []) {
      if (kind === 'import-statement' && imported in outputs) {
        findStaticImports(outputs, imported, visited);
      }
    }
  }
  return visited;
}

/**
 * Removes the icons that the page doesn't use from the icon font and its stylesheet.
 *
 * @type {import('esbuild').Plugin}
 */
const subsetIcons = {
  name: 'subset-icons',
  setup(build) {
    const sourceDir = resolve(import.meta.dirname, 'src');
    build.onLoad({ filter: /[\\/]codicon\.css$/ }, async ({ path }) => ({
      contents: await subsetIconStyle(path, sourceDir),
      loader: 'css',
    }));
    build.onLoad({ filter: /[\\/]codicon\.ttf$/ }, async ({ path }) => ({
      contents: await subsetIconFont(path, await subsetIconStyle(resolve(path, '../codicon.css'), sourceDir)),
      loader: 'copy',
    }));
  },
};

/** The code that replaces each package, by the name of the package. */
const replacements = {
  'form-data': 'module.exports = FormData;',
  debug: 'module.exports = () => () => undefined;',
};

/**
 * Replaces two dependencies of axios that this extension doesn't use, but that are half of the bundled code of axios:
 * `form-data`, with a database of MIME types for multipart requests, and `debug`, for the log of `follow-redirects`.
 *
 * @type {import('esbuild').Plugin}
 */
const replaceUnusedPackages = {
  name: 'replace-unused-packages',
  setup(build) {
    const namespace = 'replacement';
    build.onResolve({ filter: /^(form-data|debug)$/ }, ({ path }) => ({ path, namespace }));
    build.onLoad({ filter: /^/, namespace }, ({ path }) => ({
      contents: replacements[/** @type {keyof typeof replacements} */ (path)],
    }));
  },
};

/**
 * Keeps the schema of `sequin.yaml` out of the bundle. The package includes the schema for other extensions, and this
 * extension reads the same file.
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

let isFirstBuild = true;
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

/** @satisfies {import('esbuild').BuildOptions} */
const shared = {
  bundle: true,
  minify: production,
  define: { 'process.env.NODE_ENV': JSON.stringify(production ? 'production' : 'development') },
  sourcemap: production ? false : /** @type {const} */ ('linked'),
  sourcesContent: false,
  legalComments: /** @type {const} */ ('none'),
  logLevel: /** @type {const} */ ('warning'),
};

/** @satisfies {import('esbuild').BuildOptions} */
const forExtensionHost = { platform: /** @type {const} */ ('node'), target: 'node22' };

/** @satisfies {import('esbuild').BuildOptions} */
const forPage = { outdir: 'dist', platform: /** @type {const} */ ('browser'), target: 'chrome138' };

/** @type {import('esbuild').BuildOptions[]} */
const builds = [
  // Modules that are imported with `import()` load on first use. The code that several of them need is in chunks.
  {
    ...shared,
    ...forExtensionHost,
    entryPoints: ['src/extension.ts'],
    outdir: modulesDir,
    outExtension: { '.js': '.cjs' },
    chunkNames: '[name]-[hash]',
    format: 'esm',
    splitting: true,
    sourcemap: production ? false : 'inline',
    external: ['vscode'],
    // The variant for browsers is an ES module without imports. The one for Node.js can read files, which takes longer to
    // load, and which the extension doesn't need.
    alias: { '@vscode/l10n': '@vscode/l10n/dist/browser.js' },
    plugins: [readPackagedSchema, replaceUnusedPackages, writeAsCommonJs],
  },
  {
    ...shared,
    ...forPage,
    entryPoints: { page: 'src/detail/page/main.ts' },
    format: 'iife',
    external: ['uplot'],
  },
  {
    ...shared,
    ...forPage,
    // uPlot, the largest library of the page, has its own file, because the page imports it after the first frame.
    entryPoints: { 'page-style': 'media/page.css', uplot: 'uplot' },
    format: 'esm',
    loader: { '.ttf': 'copy' },
    plugins: [subsetIcons],
    assetNames: '[name]',
  },
];

/** The number of builds for the extension. Builds for tests follow them. */
const extensionBuildCount = builds.length;

if (!production) {
  const forTestsInVsCode = {
    ...shared,
    ...forExtensionHost,
    outExtension: { '.js': '.cjs' },
    format: /** @type {const} */ ('cjs'),
    external: ['vscode'],
  };
  builds.push(
    { ...forTestsInVsCode, entryPoints: ['test/suite/**/*.test.ts'], outdir: 'out/suite' },
    {
      ...forTestsInVsCode,
      entryPoints: ['test/exampleExtension/extension.ts', 'test/exampleExtension/package.json'],
      loader: { '.json': 'copy' },
      outdir: 'out/exampleExtension',
    },
  );
}

// VS Code runs all tests in this folder, so delete the tests of earlier builds, whose source files may be gone.
await rm('out/suite', { recursive: true, force: true });
await rm(modulesDir, { recursive: true, force: true });
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
