import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/**
 * Which rooms of `src/` a room may import from, besides itself and `shared`. This is the direction of flow of
 * CONTRIBUTING.md, held by the linter: what a room does not list it cannot reach.
 */
const views = ['text', 'monitor', 'model', 'api'];
const rooms = {
  shared: { from: [], vscode: false },
  api: { from: ['model'], vscode: false },
  model: { from: ['api'], vscode: false },
  monitor: { from: ['model', 'api'], vscode: false },
  text: { from: ['model', 'api'], vscode: false },
  connections: { from: ['model'], vscode: true },
  yaml: { from: ['model'], vscode: true },
  tree: { from: views, vscode: true },
  detail: { from: views, vscode: true },
  statusBar: { from: views, vscode: true },
  notifications: { from: views, vscode: true },
  commands: { from: [...views, 'connections', 'tree', 'detail', 'notifications', 'yaml'], vscode: true },
};

const directions = Object.entries(rooms).map(([room, { from, vscode }]) => {
  const closed = Object.keys(rooms).filter((other) => ![...from, room, 'shared'].includes(other));
  return {
    files: [`src/${room}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: vscode ? [] : [{ name: 'vscode', message: `${room} runs without VS Code.` }],
          patterns: [
            {
              regex: `^(?:\\.\\./)+(?:extension\\.ts$|(?:${closed.join('|')})/)`,
              message: `${room} may import only from: ${from.join(', ') || 'nowhere'}.`,
            },
            ...(room === 'api' ? [] : [{ regex: '^axios', message: 'Only api knows HTTP.' }]),
          ],
        },
      ],
    },
  };
});

export default tseslint.config(
  { ignores: ['dist/', 'out/', '.vscode-test/'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.js', '*.mjs', '.vscode-test.mjs', 'scripts/*.mjs'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  ...directions,
  {
    files: ['**/*.js', '**/*.mjs'],
    ...tseslint.configs.disableTypeChecked,
    languageOptions: { globals: { process: 'readonly', console: 'readonly' } },
  },
);
