/** The keys of what is stored in VS Code's mementos. A changed key loses what users have stored. */
export const storageKeys = {
  acceptedAddresses: 'sequin.acceptedAddresses',
  expandedRows: 'sequin.expanded',
  hideFinished: 'sequin.endedHidden',
  lastViewed: 'sequin.lastLooked',
} as const;

/** What the keys of API tokens in SecretStorage begin with; the address follows. */
export const tokenSecretPrefix = 'sequin.token:';
