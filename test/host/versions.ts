/** One VS Code to test with, in both the forms in which it can be had. */
export interface VersionInfo {
  /** As the update server of VS Code knows it. */
  readonly desktop: string;
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
    desktop: 'stable',
    codeServer: '4.139.1',
    node: '24',
    themes: { dark: 'Dark 2026', light: 'Light 2026' },
  },
  minimum: {
    desktop: '1.105.1',
    codeServer: '4.105.1',
    node: '22',
    themes: { dark: 'Default Dark Modern', light: 'Default Light Modern' },
  },
};
