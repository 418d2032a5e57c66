import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type Version, versions } from './versions.ts';

/** User settings as VS Code keeps them in `settings.json`. */
export type Settings = Readonly<Record<string, unknown>>;

/** What keeps everything out of the picture that a newcomer's VS Code offers on its own. */
const calmSettings: Settings = {
  'chat.disableAIFeatures': true,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'window.autoDetectColorScheme': true,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/** Writes user settings; those that are there already, in a folder that is kept, stay. */
export async function writeSettings(
  userDir: string,
  version: Version,
  settings: Settings = {},
): Promise<void> {
  const path = join(userDir, 'settings.json');
  const { dark, light } = versions[version].themes;
  const themes = { 'workbench.preferredDarkColorTheme': dark, 'workbench.preferredLightColorTheme': light };
  const kept = await readFile(path, 'utf8').then(
    (text) => JSON.parse(text) as Settings,
    () => ({}),
  );
  await mkdir(userDir, { recursive: true });
  await writeFile(path, JSON.stringify({ ...calmSettings, ...themes, ...kept, ...settings }, undefined, 2));
}
