import { isUnencrypted } from '../../model/Connection.ts';
import { createUnencryptedConfirmation } from '../../text/confirmationText.ts';
import type { CommandContext } from '../CommandHandler.ts';
import { confirm } from '../Ui.ts';

/**
 * Asks whether to send the token to an unencrypted address, unless the user has accepted the address before. Returns
 * whether the token may be sent.
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
