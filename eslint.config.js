import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/**
 * Which rooms of `src/` a room may import from, besides itself. This is the direction of flow of
 * CONTRIBUTING.md, held by the linter: what a room does not list it cannot reach.
 */
const views = ['text', 'monitor', 'model'];
const rooms = {
  api: { from: ['model'], vscode: false },
  model: { from: ['api'], vscode: false },
  monitor: { from: ['model', 'api'], vscode: false },
  text: { from: ['model', 'api', 'monitor'], vscode: false },
  connections: { from: ['api', 'text'], vscode: true },
  tree: { from: views, vscode: true },
  detail: { from: views, vscode: true },
  commands: { from: [...views, 'api', 'connections', 'tree', 'detail'], vscode: true },
};

const directions = Object.entries(rooms).map(([room, { from, vscode }]) => ({
  files: [`src/${room}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        paths: vscode ? [] : [{ name: 'vscode', message: `${room} runs without VS Code.` }],
        patterns: [
          {
            regex: `^\\.\\./(?:\\.\\./)?(?!\\.\\./|(?:${[...from, room, 'shared'].join('|')})/)[^/]+(?:/|$)`,
            message: `${room} may import only from: ${from.join(', ')}.`,
          },
          ...(room === 'api' ? [] : [{ regex: '^axios', message: 'Only api knows HTTP.' }]),
        ],
      },
    ],
  },
}));

export default tseslint.config(
  { ignores: ['dist/', 'out/', '.vscode-test/'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.js', '*.mjs', '.mocharc.mjs', 'scripts/*.mjs'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  ...directions,
  {
    // Mocha's globals return promises that nobody awaits, and its arrow-less callbacks are its style.
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-floating-promises': ['error', { allowForKnownSafeCalls: [{ from: 'package', name: ['describe', 'it'], package: 'node:test' }] }] },
  },
  { files: ['**/*.js', '**/*.mjs'], ...tseslint.configs.disableTypeChecked, languageOptions: { globals: { process: 'readonly', console: 'readonly' } } },
);
