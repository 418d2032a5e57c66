import * as l10n from '@vscode/l10n';
import {
  type AddressProblem,
  getDefaultConnectionName,
  isUnencrypted,
  parseAddress,
} from '../../model/Connection.ts';
import { createTokensUrl } from '../../model/consoleUrls.ts';
import { type Failure, toFailure } from '../../model/failure.ts';
import { extractToken, tokenPattern } from '../../model/token.ts';
import { describeAddressProblem, describeFailure } from '../../text/failureText.ts';
import { toDisplayText } from '../../text/toDisplayText.ts';
import type { CommandContext } from '../CommandHandler.ts';
import { checkAddress } from './checkAddress.ts';
import { confirmUnencrypted } from './confirmUnencrypted.ts';

/** The timeout of the connection test, in milliseconds. A server with 502 sinks takes up to 4 s (recording i01). */
const testTimeoutMs = 20_000;

export interface ConnectionPromptOptions {
  /** The initial value of the address input. */
  readonly address: string;
  /** The name of the existing connection; undefined for a new one. */
  readonly name?: string;
  /** Whether to start with the token, because the address is known. */
  readonly tokenOnly?: boolean;
  /** The number of inputs, which the title of each input shows. */
  readonly totalSteps: number;
}

interface Credentials {
  readonly address: string;
  readonly token: string;
}

/**
 * The result of the token input: a token that the server accepts, or a return to the address input, with the problem to
 * show there if there is one.
 */
type TokenResult =
  | { readonly kind: 'connected'; readonly token: string }
  | { readonly kind: 'back'; readonly token: string; readonly problem: string | undefined };

/**
 * Prompts for the address of a server, and checks the address. Then prompts for a token, and tests the token and the
 * address with one request. If the server rejects the token, the token input shows the failure; any other failure is
 * shown in the address input.
 * @returns undefined if the user closed an input
 */
export async function promptForConnection(
  context: CommandContext,
  options: ConnectionPromptOptions,
): Promise<Credentials | undefined> {
  let entered: Credentials = { address: options.address, token: '' };
  let problem: string | undefined;
  for (let skipsAddress = options.tokenOnly === true; ; skipsAddress = false) {
    if (!skipsAddress) {
      const address = await promptForAddress(context, options, { value: entered.address, problem });
      if (address === undefined) {
        return undefined;
      }
      // A token that was entered for one address is never sent to another, not even to another path of the same host.
      entered = { address, token: address === entered.address ? entered.token : '' };
    }
    if (await confirmUnencrypted(context, entered.address)) {
      const result = await promptForToken(context, options, entered);
      if (result === undefined) {
        return undefined;
      }
      entered = { ...entered, token: result.token };
      if (result.kind === 'connected') {
        return entered;
      }
      ({ problem } = result);
    } else if (skipsAddress) {
      return undefined;
    } else {
      problem = undefined;
    }
  }
}

/** Prompts for a token and tests it. Returns undefined if the user closed the input. */
async function promptForToken(
  context: CommandContext,
  options: ConnectionPromptOptions,
  { address, token: previousToken }: Credentials,
): Promise<TokenResult | undefined> {
  const name = (address === options.address ? options.name : undefined) ?? getDefaultConnectionName(address);
  let token = previousToken;
  let failure: Failure | undefined;
  const result = await context.ui.showInput({
    title: l10n.t('Connect to {0}', toDisplayText(name)),
    step: 2,
    totalSteps: options.totalSteps,
    prompt: l10n.t(
      'API token of {0}, from Manage account in the Sequin console. It’s stored in VS Code’s secret storage.',
      toDisplayText(address),
    ),
    placeholder: l10n.t('Enter or paste an API token'),
    value: token,
    password: true,
    link: {
      tooltip: l10n.t('Open the Sequin Console to Copy a Token'),
      open: () => void context.ui.openExternal(createTokensUrl(address)),
    },
    validate: async (value, signal) => {
      token = extractToken(value);
      if (!tokenPattern.test(token)) {
        return token === ''
          ? l10n.t('Enter a token.')
          : l10n.t('A token can’t contain spaces or special characters.');
      }
      failure = await context
        .createApiClient(address, token)
        .listSinks({ signal, retries: 0, timeoutMs: testTimeoutMs })
        .then(() => undefined, toFailure);
      return failure?.kind === 'unauthorized' ? describeFailure(failure, name).sentence : undefined;
    },
  });
  if (result === undefined) {
    return undefined;
  }
  if (result.isBack) {
    return { kind: 'back', token: result.value, problem: undefined };
  }
  return failure === undefined
    ? { kind: 'connected', token }
    : { kind: 'back', token, problem: describeFailure(failure, name).sentence };
}

/** Prompts for an address and checks it. Returns the parsed address; undefined if the user closed the input. */
async function promptForAddress(
  context: CommandContext,
  { totalSteps }: ConnectionPromptOptions,
  { value, problem }: { readonly value: string; readonly problem: string | undefined },
): Promise<string | undefined> {
  const result = await context.ui.showInput({
    title: l10n.t('Connect to Sequin'),
    step: 1,
    totalSteps,
    prompt: l10n.t('Address of your Sequin server, such as http://localhost:7376'),
    placeholder: 'http://localhost:7376',
    value,
    problem,
    validate: async (entered, signal) => {
      const parsed = parseAddress(entered);
      return typeof parsed === 'string'
        ? describeEnteredAddressProblem(parsed)
        : findAddressProblem(context, parsed.address, signal);
    },
  });
  const parsed = result && parseAddress(result.value);
  return typeof parsed === 'object' ? parsed.address : undefined;
}

/** Explains why an entered address is invalid, in some cases with an example or a reference to the next step. */
function describeEnteredAddressProblem(problem: AddressProblem): string {
  switch (problem) {
    case 'notAnAddress':
      return l10n.t('Enter a valid address, such as http://localhost:7376');
    case 'credentials':
      return `${describeAddressProblem(problem)} ${l10n.t('You enter the token in the next step.')}`;
    default:
      return describeAddressProblem(problem);
  }
}

/** The options of the input for the name of a connection. */
export interface NamePromptOptions {
  readonly title: string;
  /** The initial value of the input. */
  readonly name: string;
  /** The number of the step, if the input is the last of several steps. */
  readonly step?: number;
}

/** Prompts for the name of a connection, which must be unique. Returns undefined if the user closed the input. */
export async function promptForName(
  { connections, ui }: CommandContext,
  { title, name, step = 1 }: NamePromptOptions,
): Promise<string | undefined> {
  const result = await ui.showInput({
    title,
    step,
    totalSteps: step,
    canGoBack: false,
    prompt: l10n.t('Enter a name for this connection'),
    placeholder: l10n.t('Name'),
    value: name,
    validate: (value) => {
      const newName = value.trim();
      const isTaken = newName !== name && connections.entries.some((entry) => entry.name === newName);
      return Promise.resolve(
        newName === ''
          ? l10n.t('Enter a name.')
          : isTaken
            ? l10n.t('A connection named {0} already exists.', toDisplayText(newName))
            : undefined,
      );
    },
  });
  return result?.value.trim();
}

/**
 * Checks an address. Explains why no Sequin server responds at the address; returns undefined if one may respond.
 * Doesn't check an unencrypted address before the user has accepted it.
 */
async function findAddressProblem(
  { createApiClient, insecureConsent }: CommandContext,
  address: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (isUnencrypted(address) && !insecureConsent.has(address)) {
    return undefined;
  }
  const failure = await checkAddress(createApiClient(address, ''), signal);
  return failure && describeFailure(failure, getDefaultConnectionName(address)).sentence;
}
