import * as l10n from '@vscode/l10n';

/**
 * Reports that VS Code can't write the settings, for example because their file has unsaved changes. The message is for
 * the user.
 */
export class SettingsError extends Error {
  constructor(cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(l10n.t('Couldn’t save your connections. {0}', reason), { cause });
  }
}
