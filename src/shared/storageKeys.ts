/** The keys of the values in VS Code's mementos. If a key changes, its stored values are lost. */
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

/**
 * SecretStorage has a connection's metrics URL and credentials at the key that consists of this prefix and the
 * connection's id.
 */
export const metricsSecretPrefix = 'sequin.metrics:';

/** SecretStorage has a connection's API token at the key that consists of this prefix and the connection's id. */
export const tokenSecretPrefix = 'sequin.token:';
