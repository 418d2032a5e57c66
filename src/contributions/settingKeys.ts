/** The section of all settings of the extension. */
export const settingsSection = 'sequin';

/** The settings that package.json contributes; a unit test holds the two together. */
export const settingKeys = {
  connections: 'sequin.connections',
  refreshInterval: 'sequin.refresh.interval',
  notifications: 'sequin.notifications',
  runningFirst: 'sequin.tree.runningFirst',
} as const;
