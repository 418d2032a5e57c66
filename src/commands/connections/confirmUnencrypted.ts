import { isUnencrypted } from '../../model/Connection.ts';
import { createUnencryptedConfirmation } from '../../text/confirmationText.ts';
import type { CommandContext } from '../CommandHandler.ts';
import { confirm } from '../Ui.ts';

/**
 * Asks whether to send the token to an address without encryption, unless the user has accepted this before. Returns
 * whether the connection is encrypted or accepted.
 */
export async function confirmUnencrypted(
  { ui, insecureConsent }: CommandContext,
  address: string,
): Promise<boolean> {
  if (!isUnencrypted(address) || insecureConsent.has(address)) {
    return true;
  }
  const isConfirmed = await confirm(ui, createUnencryptedConfirmation(address));
  if (isConfirmed) {
    insecureConsent.add(address);
  }
  return isConfirmed;
}
