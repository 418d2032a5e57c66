/** The keys of the values in VS Code's mementos. Changing a key discards the stored values of users. */
export const storageKeys = {
  acceptedAddresses: 'sequin.acceptedAddresses',
  expandedRows: 'sequin.expanded',
  hideFinished: 'sequin.endedHidden',
  knownConnections: 'sequin.knownConnections',
  lastViewed: 'sequin.lastLooked',
  metricsOffers: 'sequin.metricsOffers',
  seenStalls: 'sequin.seenStalls',
  timeZone: 'sequin.timeZone',
  yamlConnections: 'sequin.yamlConnections',
} as const;

/** The prefix of the keys of metrics URLs with their credentials in SecretStorage, before the id of the connection. */
export const metricsSecretPrefix = 'sequin.metrics:';

/** The prefix of the keys of API tokens in SecretStorage, before the id of the connection. */
export const tokenSecretPrefix = 'sequin.token:';
