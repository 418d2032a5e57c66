/** A VS Code version for tests in the browser. `.vscode-test.mjs` lists the versions for the desktop. */
export interface VersionInfo {
  /** The VS Code version. */
  readonly name: string;
  /** The version of the npm package `code-server` that contains this VS Code version as a server. */
  readonly codeServer: string;
  /** The major version of Node.js that this server runs on. */
  readonly node: string;
  /** The size of the installed server, in MB. */
  readonly megabytes: number;
  /** Its default color themes. */
  readonly themes: { readonly dark: string; readonly light: string };
}

/** `minimum` is the oldest VS Code that `engines.vscode` allows; `newest` is the current stable version. */
export type Version = 'newest' | 'minimum';

/** The VS Code versions used in tests. */
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
