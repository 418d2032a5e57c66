/** A VS Code to test with, as a server for the browser. `.vscode-test.mjs` names the desktop's versions. */
export interface VersionInfo {
  /** The version that people know. */
  readonly name: string;
  /** The version of the npm package `code-server` that contains the same VS Code as a server. */
  readonly codeServer: string;
  /** The major version of Node.js that this server runs on. */
  readonly node: string;
  /** The size of the installed server. */
  readonly megabytes: number;
  /** Its default color themes. */
  readonly themes: { readonly dark: string; readonly light: string };
}

/** `minimum` is the oldest VS Code that `engines.vscode` allows, `newest` the one that most people have. */
export type Version = 'newest' | 'minimum';

/** The versions of VS Code that every change is tested with. */
export const versions: Record<Version, VersionInfo> = {
  newest: {
    name: '1.139',
    codeServer: '4.139.1',
    node: '24',
    megabytes: 780,
    themes: { dark: 'Dark 2026', light: 'Light 2026' },
  },
  minimum: {
    name: '1.105',
    codeServer: '4.105.1',
    node: '22',
    megabytes: 500,
    themes: { dark: 'Default Dark Modern', light: 'Default Light Modern' },
  },
};
