/** A VS Code version to test with, as a server for the browser. `.vscode-test.mjs` has the desktop's versions. */
export interface VersionInfo {
  /** The npm package `code-server` that holds the same VS Code as a server for the browser. */
  readonly codeServer: string;
  /** The major version of Node that this server runs on. */
  readonly node: string;
  /** Its color themes, whose names change from version to version. */
  readonly themes: { readonly dark: string; readonly light: string };
}

/** `minimum` is what `engines.vscode` promises, `newest` is what most people have. */
export type Version = 'newest' | 'minimum';

/** The VS Codes that every change is tested with. */
export const versions: Record<Version, VersionInfo> = {
  newest: {
    codeServer: '4.139.1',
    node: '24',
    themes: { dark: 'Dark 2026', light: 'Light 2026' },
  },
  minimum: {
    codeServer: '4.105.1',
    node: '22',
    themes: { dark: 'Default Dark Modern', light: 'Default Light Modern' },
  },
};
