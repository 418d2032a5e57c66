/** The section of all settings of the extension. */
export const settingsSection = 'sequin';

/** The settings that package.json contributes. A unit test checks that both match. */
export const settingKeys = {
  connections: 'sequin.connections',
  refreshInterval: 'sequin.refresh.interval',
  notifications: 'sequin.notifications',
  runningFirst: 'sequin.tree.runningFirst',
  yamlCodeLens: 'sequin.yaml.codeLens',
  showDatabases: 'sequin.tree.showDatabases',
} as const;
