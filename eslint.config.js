import js from '@eslint/js';
import simpleImportSort from 'eslint-plugin-simple-import-sort';
import tseslint from 'typescript-eslint';
import { plainEnglish } from './scripts/plainEnglish.mjs';

/** The modules that every view may import. */
const views = ['contributions', 'text', 'servers', 'model'];

/**
 * The modules of `src/` that each module may import, besides itself and `shared`, and whether it may import `vscode`.
 * Enforces the direction of data flow described in CONTRIBUTING.md.
 */
const modules = {
  shared: { imports: [], vscode: false },
  contributions: { imports: ['model', 'text'], vscode: true },
  api: { imports: ['model'], vscode: false },
  model: { imports: [], vscode: false },
  servers: { imports: ['model', 'api', 'connections'], vscode: false },
  text: { imports: ['model'], vscode: false },
  connections: { imports: ['contributions', 'model', 'sampleServer'], vscode: true },
  yaml: { imports: views, vscode: true },
  tree: { imports: views, vscode: true },
  detail: { imports: views, vscode: true },
  statusBar: { imports: views, vscode: true },
  notifications: { imports: views, vscode: true },
  commands: {
    imports: [...views, 'api', 'connections', 'tree', 'detail', 'notifications', 'yaml'],
    vscode: true,
  },
  chat: { imports: [...views, 'commands'], vscode: true },
  sampleServer: { imports: [], vscode: false },
  publicApi: { imports: [...views, 'commands'], vscode: false },
  activation: {
    imports: [
      ...views,
      'api',
      'chat',
      'commands',
      'connections',
      'detail',
      'notifications',
      'publicApi',
      'statusBar',
      'tree',
      'yaml',
    ],
    vscode: true,
  },
};

/** The files that connect `servers` to VS Code. The rest of the module runs without VS Code. */
const serversInVsCode = ['src/servers/startServerManager.ts', 'src/servers/connectionContextKeys.ts'];

/** The commands that reach VS Code only through `Ui`. */
const commandsWithoutVsCode = {
  files: [
    'src/commands/{backfills,config,connections,copy,databases,sinks}/*.ts',
    'src/commands/resolveTargets.ts',
    'src/commands/Ui.ts',
  ],
  ignores: [
    'src/commands/backfills/exportBackfills.ts',
    'src/commands/backfills/pickTables.ts',
    'src/commands/config/createPlannedFile.ts',
    'src/commands/config/createVariableSources.ts',
    'src/commands/config/exportConfiguration.ts',
    'src/commands/config/showPlan.ts',
    'src/commands/connections/importConnections.ts',
  ],
};

/** The logic of the `sequin.yaml` features, without the providers that connect it to VS Code. */
const yamlWithoutVsCode = {
  files: ['src/yaml/{document,checks,completion,features,plan}/*.ts', 'src/yaml/YamlFile.ts'],
};

/** The tools for language models, apart from their registration with VS Code. */
const chatWithoutVsCode = {
  files: ['src/chat/*.ts'],
  ignores: ['src/chat/registerTools.ts', 'src/chat/createToolRunner.ts'],
};

/** The import rules. If several entries match a file, ESLint applies only the last of them. */
const layering = [
  ...Object.entries(modules).map(([module, definition]) =>
    restrictImports(module, { ...definition, files: [`src/${module}/**/*.ts`] }),
  ),
  restrictImports('servers', {
    files: serversInVsCode,
    imports: [...modules.servers.imports, 'contributions'],
    vscode: true,
  }),
  restrictImports('commands', { ...modules.commands, ...commandsWithoutVsCode, vscode: false }),
  restrictImports('yaml', { ...modules.yaml, ...yamlWithoutVsCode, vscode: false }),
  restrictImports('chat', { ...modules.chat, ...chatWithoutVsCode, vscode: false }),
];

function restrictImports(module, { imports, vscode, files, ignores = [] }) {
  const forbidden = Object.keys(modules).filter((other) => ![...imports, module, 'shared'].includes(other));
  return {
    files,
    ignores,
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: vscode ? [] : [{ name: 'vscode', message: `${module} runs without VS Code.` }],
          patterns: [
            {
              // Every module may import the types of the public API, `api/index.d.ts`.
              regex: `^(?:\\.\\./)+(?!api/index\\.d\\.ts$)(?:extension\\.ts$|(?:${forbidden.join('|')})/)`,
              message: `Besides itself and shared, ${module} may import ${imports.length === 0 ? 'nothing' : `only ${imports.join(', ')}`}.`,
            },
            ...(module === 'api' ? [] : [{ regex: '^axios', message: 'Only api uses HTTP.' }]),
          ],
        },
      ],
    },
  };
}

const idMessage = 'Use the constant in src/contributions or src/shared/storageKeys.ts.';

/** Ids of contributions are typed constants, which a unit test compares with package.json. */
const typedContributions = [
  { selector: 'Literal[value=/^sequin\\./]', message: idMessage },
  { selector: 'TemplateElement[value.raw=/^sequin\\./]', message: idMessage },
  {
    selector: "Literal[value='setContext']",
    message: 'Use setContextKey of src/contributions/setContextKey.ts.',
  },
  {
    selector: 'Identifier[name=/^(getConfiguration|onDidChangeConfiguration)$/]',
    message: 'Use Settings of src/contributions/Settings.ts.',
  },
];

/** A field with untrusted text must be converted before it becomes a part of a sentence or a label. */
const untrustedText = [
  "CallExpression[callee.property.name='t'] >",
  'TemplateLiteral >',
  'Property[key.name=/^(label|description|detail|tooltip|title|text)$/] >',
].map((place) => ({
  selector: `${place} MemberExpression[property.name=/^(name|table|error|database|origin|sortColumn|fsPath)$/]`,
  message: 'Convert untrusted text with toDisplayText of src/text/toDisplayText.ts.',
}));

/** Texts must be translatable: `@vscode/l10n-dev` exports the first argument of each call of `l10n.t`. */
const localizedText = [
  {
    selector:
      "CallExpression[callee.object.name='l10n'][callee.property.name='t']:not([arguments.0.type='Literal'])",
    message: 'Pass a string literal, so that the text can be exported for translators.',
  },
  {
    selector: "ImportDeclaration[source.value='@vscode/l10n'] > ImportSpecifier",
    message: 'Import * as l10n: only calls of l10n.t are exported for translators.',
  },
  {
    selector:
      ":matches(Literal[value=/^[A-Z][a-z]+ [a-z]/], TemplateElement[value.raw=/^[A-Z][a-z]+ [a-z]/]):not(CallExpression[callee.object.name='l10n'] > Literal, NewExpression > Literal)",
    message: 'Pass the text to l10n.t.',
  },
];

const restrictedSyntax = [
  {
    files: ['src/**/*.ts'],
    ignores: ['src/contributions/**', 'src/shared/storageKeys.ts'],
    rules: { 'no-restricted-syntax': ['error', ...typedContributions] },
  },
  {
    files: ['src/connections/**/*.ts', 'src/extension.ts'],
    rules: { 'no-restricted-syntax': ['error', ...typedContributions, ...localizedText] },
  },
  {
    files: ['src/{text,tree,statusBar,notifications,commands,yaml,chat}/**/*.ts', 'src/detail/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...typedContributions, ...untrustedText, ...localizedText] },
  },
];

export default tseslint.config(
  { ignores: ['dist/', 'out/', '.vscode-test/'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
      },
    },
    plugins: { 'simple-import-sort': simpleImportSort },
    rules: {
      curly: ['error', 'all'],
      // One block without blank lines: modules of Node.js, packages, then files of the project.
      'simple-import-sort/imports': ['error', { groups: [['^node:', '^@?\\w', '^', '^\\.']] }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  ...layering,
  ...restrictedSyntax,
  { plugins: { local: { rules: { plainEnglish } } }, rules: { 'local/plainEnglish': 'error' } },
  { files: ['**/*.js', '**/*.mjs'], ...tseslint.configs.disableTypeChecked },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly' } },
  },
);
