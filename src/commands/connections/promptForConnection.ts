import { t } from '@vscode/l10n';
import { toFailure, type Failure } from '../../model/failure.ts';
import type { SequinApi } from '../../api/SequinApi.ts';
import { defaultConnectionName, isUnencrypted, parseAddress } from '../../model/Connection.ts';
import { describeAddressProblem, describeFailure } from '../../text/failureText.ts';
import { createUnencryptedConfirmation } from '../../text/confirmationText.ts';
import type { CommandContext } from '../CommandHandler.ts';
import { confirm } from '../confirm.ts';
import { showInput } from '../showInput.ts';

/** A person waits for the answer; 502 sinks take a server up to 4 s. */
const testTimeoutMs = 20_000;

export interface ConnectionPromptOptions {
  /** What the address input holds at first. */
  readonly address: string;
  /** Ask for the token at once: the address is known. */
  readonly tokenOnly?: boolean;
  /** It is for the connection of that address, which another one's cannot take the place of. */
  readonly isExisting?: boolean;
  /** How many inputs there are in all. */
  readonly totalSteps: number;
}

/**
 * Asks for a server's address, then for a token, and tries both with one request. What fails keeps an input
 * open with the reason: the token's for a refused token, else the address's. Undefined if the user gave up.
 */
export async function promptForConnection(
  context: CommandContext,
  options: ConnectionPromptOptions,
): Promise<{ readonly address: string; readonly token: string } | undefined> {
  let enteredAddress = options.address;
  let shouldAskAddress = options.tokenOnly !== true;
  let token = '';
  let tokenOrigin = '';
  let addressProblem: string | undefined;
  for (;;) {
    if (shouldAskAddress) {
      const result = await promptForAddress(context, options, enteredAddress, addressProblem);
      if (result === undefined) {
        return undefined;
      }
      enteredAddress = result;
    }
    shouldAskAddress = true;
    const parsed = parseAddress(enteredAddress);
    if (typeof parsed === 'string') {
      addressProblem = describeAddressProblem(parsed);
      continue;
    }
    const { address } = parsed;
    if (!(await confirmUnencrypted(context, address))) {
      addressProblem = undefined;
      if (options.tokenOnly === true) {
        return undefined;
      }
      continue;
    }
    if (getOrigin(address) !== tokenOrigin) {
      // What was entered for one server is not offered to another one.
      token = '';
      tokenOrigin = getOrigin(address);
    }
    const name = getConnectionName(context, address);
    let failure: Failure | undefined;
    const result = await showInput({
      title: t('Connect to {0}', name),
      step: 2,
      totalSteps: options.totalSteps,
      prompt: t('An API token of this server, from its web console. It is kept in VS Code’s secret storage.'),
      placeholder: t('API token'),
      value: token,
      password: true,
      validate: async (value, signal) => {
        token = value.trim();
        if (!/^[\x21-\x7e]+$/.test(token)) {
          return token === '' ? t('Enter a token.') : t('A token has no spaces and no special letters.');
        }
        failure = await testConnection(context.createApiClient(address, token), signal);
        return failure?.kind === 'unauthorized' ? describeFailure(failure, name).sentence : undefined;
      },
    });
    if (result === undefined) {
      return undefined;
    }
    if (result !== 'back' && failure === undefined) {
      return { address, token };
    }
    addressProblem =
      result === 'back' || failure === undefined ? undefined : describeFailure(failure, name).sentence;
  }
}

async function promptForAddress(
  { connections }: CommandContext,
  { address: currentAddress, isExisting = false, totalSteps }: ConnectionPromptOptions,
  value: string,
  problem: string | undefined,
): Promise<string | undefined> {
  const isTaken = (address: string): boolean =>
    isExisting &&
    address !== currentAddress &&
    connections.entries.some((entry) => entry.address === address);
  const result = await showInput({
    title: t('Connect to Sequin'),
    step: 1,
    totalSteps: totalSteps,
    prompt: t('The address of your Sequin server'),
    placeholder: 'http://localhost:7376',
    value,
    problem,
    validate: (entered) => {
      const parsed = parseAddress(entered);
      const addressProblem =
        typeof parsed === 'string' ? parsed : isTaken(parsed.address) ? 'duplicate' : undefined;
      return Promise.resolve(addressProblem && describeAddressProblem(addressProblem));
    },
  });
  return result === undefined || result === 'back' ? undefined : result.value;
}

/** What is asked where a connection is given a name. */
export interface NamePromptOptions {
  readonly title: string;
  /** What the input holds at first. */
  readonly name: string;
  /** Where it is the last of some inputs. */
  readonly step?: number;
}

/** Asks for a connection's name, which no other one has. */
export async function promptForName(
  { connections }: CommandContext,
  { title, name, step = 1 }: NamePromptOptions,
): Promise<string | undefined> {
  const result = await showInput({
    title: step > 1 ? t('Connect to {0}', title) : t('Rename {0}', title),
    step,
    totalSteps: step,
    canGoBack: false,
    prompt: t('What this connection is called'),
    placeholder: t('Name'),
    value: name,
    validate: (value) => {
      const newName = value.trim();
      const isTaken = newName !== name && connections.entries.some((entry) => entry.name === newName);
      return Promise.resolve(
        newName === ''
          ? t('Enter a name.')
          : isTaken
            ? t('Another connection is called {0} already.', newName)
            : undefined,
      );
    },
  });
  return result === undefined || result === 'back' ? undefined : result.value.trim();
}

/** Whether the user takes it that the token can be read on its way; asked once for each address. */
async function confirmUnencrypted({ insecureConsent }: CommandContext, address: string): Promise<boolean> {
  if (!isUnencrypted(address) || insecureConsent.has(address)) {
    return true;
  }
  const isConfirmed = await confirm(createUnencryptedConfirmation(address));
  if (isConfirmed) {
    insecureConsent.add(address);
  }
  return isConfirmed;
}

function getOrigin(address: string): string {
  return new URL(address).origin;
}

function getConnectionName({ connections }: CommandContext, address: string): string {
  return (
    connections.entries.find((entry) => entry.address === address)?.name ?? defaultConnectionName(address)
  );
}

async function testConnection(api: SequinApi, signal: AbortSignal): Promise<Failure | undefined> {
  try {
    await api.listSinks({ signal, retries: 0, timeoutMs: testTimeoutMs });
    return undefined;
  } catch (error) {
    const failure = toFailure(error);
    if (failure === undefined) {
      throw error;
    }
    return failure;
  }
}
