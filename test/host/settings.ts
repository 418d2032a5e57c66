import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Version, versions } from './versions.ts';

/** User settings as in VS Code's `settings.json`. */
export type Settings = Readonly<Record<string, unknown>>;

/** Settings that turn off welcome pages, tips and other features that would disturb tests and pictures. */
const quietSettings: Settings = {
  'chat.disableAIFeatures': true,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'remote.autoForwardPorts': false,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'window.autoDetectColorScheme': true,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/** Writes user settings. Existing settings in `userDir` are preserved unless `settings` overrides them. */
export async function writeSettings(
  userDir: string,
  version: Version,
  settings: Settings = {},
): Promise<void> {
  const path = join(userDir, 'settings.json');
  const { dark, light } = versions[version].themes;
  const themes = { 'workbench.preferredDarkColorTheme': dark, 'workbench.preferredLightColorTheme': light };
  const existing = await readFile(path, 'utf8').then(
    (text) => JSON.parse(text) as Settings,
    () => ({}),
  );
  await mkdir(userDir, { recursive: true });
  await writeFile(
    path,
    JSON.stringify({ ...quietSettings, ...themes, ...existing, ...settings }, undefined, 2),
  );
}
