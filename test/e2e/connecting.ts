import assert from 'node:assert/strict';
import { isReadableOnTheWay } from '../../src/model/Connection.ts';
import type { SequinPage } from './SequinPage.ts';

/** Goes through what a user is asked for a connection: all answers are given, and nothing is waited for after. */
async function connect(sequin: SequinPage, address: string, token: string): Promise<void> {
  await sequin.runCommand('Sequin: Connect');
  await sequin.input.getByText('The address of your Sequin server').waitFor();
  await sequin.enter(address);
  if (isReadableOnTheWay(address)) {
    await sequin.dialog.getByRole('button', { name: 'Connect Without Encryption' }).click();
  }
  await sequin.input.getByText('An API token of this server').waitFor();
  await sequin.enter(token);
}

/** Connects, and sees a sink of the server. */
export async function connectTo(
  sequin: SequinPage,
  address: string,
  { token, sink }: { readonly token: string; readonly sink: string },
): Promise<void> {
  await connect(sequin, address, token);
  await sequin.row(sink).waitFor();
  await sequin.input.waitFor({ state: 'hidden' });
}

/** Connects in vain: is told why at the address, which is still there to be put right. */
export async function failToConnect(sequin: SequinPage, address: string, why: RegExp): Promise<void> {
  await connect(sequin, address, 'any-token');
  await sequin.input.getByText(why).waitFor();
  assert.equal(await sequin.input.locator('input').inputValue(), address);
}

/** Takes back what `connect` did, so that nothing that is seen later is left from it. */
export async function disconnect(sequin: SequinPage): Promise<void> {
  // An input that is open keeps the palette's keys for itself.
  await sequin.page.keyboard.press('Escape');
  await sequin.input.waitFor({ state: 'hidden' });
  if ((await sequin.rows().count()) > 0) {
    await sequin.runCommand('Sequin: Remove Connection');
    await sequin.dialog.getByRole('button', { name: 'Remove' }).click();
  }
  await sequin.sidebar.getByRole('button', { name: 'Connect to Sequin' }).waitFor();
}
