import { expect } from '@playwright/test';
import { isUnencrypted, parseAddress } from '../../src/model/Connection.ts';
import type { SequinPage } from './SequinPage.ts';

/** Runs **Sequin: Connect** and enters an address, without waiting for the result. */
async function enterAddress(sequin: SequinPage, address: string): Promise<void> {
  await sequin.runCommand('Sequin: Connect');
  await expect(sequin.input).toContainText('Address of your Sequin server');
  await sequin.enter(address);
  if (isUnencrypted(address)) {
    await sequin.dialog.getByRole('button', { name: 'Connect Without Encryption' }).click();
  }
}

/** Connects to a server and expects one of its sinks in the tree. */
export async function connectTo(
  sequin: SequinPage,
  address: string,
  { token, sink }: { readonly token: string; readonly sink: string },
): Promise<void> {
  await enterAddress(sequin, address);
  const parsed = parseAddress(address);
  const usedAddress = typeof parsed === 'string' ? address : parsed.address;
  await expect(sequin.input).toContainText(`API token of ${usedAddress}`);
  await sequin.enter(token);
  await expect(sequin.row(sink)).toBeVisible();
  await expect(sequin.input).toBeHidden();
}

/**
 * Tries to connect and expects an error at the address input, which must keep its value. Enters a token only if the
 * token input appears: for a server that may be Sequin, and for an address without encryption.
 */
export async function expectConnectionFailure(
  sequin: SequinPage,
  address: string,
  error: RegExp,
): Promise<void> {
  await enterAddress(sequin, address);
  const message = sequin.input.getByText(error);
  const tokenPrompt = sequin.input.getByText('API token of');
  await expect(message.or(tokenPrompt)).toBeVisible();
  if (await tokenPrompt.isVisible()) {
    await sequin.enter('any-token');
  }
  await expect(message).toBeVisible();
  await expect(sequin.input.locator('input')).toHaveValue(address);
}

/** Removes the connection that `connectTo` or `expectConnectionFailure` has left, if any. */
export async function disconnect(sequin: SequinPage): Promise<void> {
  // An open input would receive the keys that are meant for the Command Palette.
  await sequin.page.keyboard.press('Escape');
  await expect(sequin.input).toBeHidden();
  if ((await sequin.rows().count()) > 0) {
    await sequin.runCommand('Sequin: Remove Connection');
    await sequin.dialog.getByRole('button', { name: 'Remove' }).click();
  }
  await expect(sequin.sidebar.getByRole('button', { name: 'Connect to Sequin' })).toBeVisible();
}
