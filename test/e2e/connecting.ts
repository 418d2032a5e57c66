import { expect } from '@playwright/test';
import { isUnencrypted, parseAddress } from '../../src/model/Connection.ts';
import type { SequinPage } from './SequinPage.ts';

/** Runs **Sequin: Connect** and answers its questions, without waiting for the result. */
async function connect(sequin: SequinPage, address: string, token: string): Promise<void> {
  await sequin.runCommand('Sequin: Connect');
  await expect(sequin.input).toContainText('The address of your Sequin server');
  await sequin.enter(address);
  if (isUnencrypted(address)) {
    await sequin.dialog.getByRole('button', { name: 'Connect Without Encryption' }).click();
  }
  const parsed = parseAddress(address);
  const usedAddress = typeof parsed === 'string' ? address : parsed.address;
  await expect(sequin.input).toContainText(`An API token of ${usedAddress}`);
  await sequin.enter(token);
}

/** Connects to a server and expects one of its sinks in the tree. */
export async function connectTo(
  sequin: SequinPage,
  address: string,
  { token, sink }: { readonly token: string; readonly sink: string },
): Promise<void> {
  await connect(sequin, address, token);
  await expect(sequin.row(sink)).toBeVisible();
  await expect(sequin.input).toBeHidden();
}

/** Tries to connect and expects an error at the input for the address, which keeps its value. */
export async function failToConnect(sequin: SequinPage, address: string, error: RegExp): Promise<void> {
  await connect(sequin, address, 'any-token');
  await expect(sequin.input.getByText(error)).toBeVisible();
  await expect(sequin.input.locator('input')).toHaveValue(address);
}

/** Removes the connection that `connectTo` or `failToConnect` has left, if any. */
export async function disconnect(sequin: SequinPage): Promise<void> {
  // An open input would receive the keys that are meant for the command palette.
  await sequin.page.keyboard.press('Escape');
  await expect(sequin.input).toBeHidden();
  if ((await sequin.rows().count()) > 0) {
    await sequin.runCommand('Sequin: Remove Connection');
    await sequin.dialog.getByRole('button', { name: 'Remove' }).click();
  }
  await expect(sequin.sidebar.getByRole('button', { name: 'Connect to Sequin' })).toBeVisible();
}
