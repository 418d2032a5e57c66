/** The keys of the values in VS Code's mementos. Changing a key discards the stored values of users. */
export const storageKeys = {
  acceptedAddresses: 'sequin.acceptedAddresses',
  expandedRows: 'sequin.expanded',
  hideFinished: 'sequin.endedHidden',
  lastViewed: 'sequin.lastLooked',
} as const;

/** The prefix of the keys of API tokens in SecretStorage, before the address. */
export const tokenSecretPrefix = 'sequin.token:';
