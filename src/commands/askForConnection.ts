import { t } from '@vscode/l10n';
import { failureOf, type Failure } from '../api/failure.ts';
import type { SequinApi } from '../api/SequinApi.ts';
import { addressName, isReadableOnTheWay, parseAddress } from '../model/Connection.ts';
import { addressProblemText, failureText } from '../text/failureText.ts';
import { plainHttpQuestion } from '../text/questionText.ts';
import type { CommandParts } from './Command.ts';
import { confirm } from './confirm.ts';
import { showInput } from './showInput.ts';

/** A person waits for the answer; 502 sinks take a server up to 4 s. */
const tryTimeoutMs = 20_000;

export interface ConnectionQuestion {
  /** What the address input holds at first. */
  readonly address: string;
  /** Ask for the token at once: the address is known. */
  readonly tokenOnly?: boolean;
  /** It is for the connection of that address, which another one's cannot take the place of. */
  readonly instead?: boolean;
  /** How many inputs there are in all. */
  readonly steps: number;
}

/**
 * Asks for a server's address, then for a token, and tries both with one request. What fails keeps an input
 * open with the reason: the token's for a refused token, else the address's. Undefined if the user gave up.
 */
export async function askForConnection(
  parts: CommandParts,
  question: ConnectionQuestion,
): Promise<{ readonly address: string; readonly token: string } | undefined> {
  let entered = question.address;
  let askAddress = question.tokenOnly !== true;
  let token = '';
  let tokenFor = '';
  let addressProblem: string | undefined;
  for (;;) {
    if (askAddress) {
      const answer = await askForAddress(parts, question, entered, addressProblem);
      if (answer === undefined) {
        return undefined;
      }
      entered = answer;
    }
    askAddress = true;
    const parsed = parseAddress(entered);
    if (typeof parsed === 'string') {
      addressProblem = addressProblemText(parsed);
      continue;
    }
    const { address } = parsed;
    if (!(await mayBeReadOnTheWay(parts, address))) {
      addressProblem = undefined;
      if (question.tokenOnly === true) {
        return undefined;
      }
      continue;
    }
    if (originOf(address) !== tokenFor) {
      // What was entered for one server is not offered to another one.
      token = '';
      tokenFor = originOf(address);
    }
    const name = nameAt(parts, address);
    let failure: Failure | undefined;
    const answer = await showInput({
      title: t('Connect to {0}', name),
      step: 2,
      totalSteps: question.steps,
      prompt: t('An API token of this server, from its web console. It is kept in VS Code’s secret storage.'),
      placeholder: t('API token'),
      value: token,
      password: true,
      check: async (value, signal) => {
        token = value.trim();
        if (!/^[\x21-\x7e]+$/.test(token)) {
          return token === '' ? t('Enter a token.') : t('A token has no spaces and no special letters.');
        }
        failure = await tryConnection(parts.openApi(address, token), signal);
        return failure?.kind === 'unauthorized' ? failureText(failure, name).sentence : undefined;
      },
    });
    if (answer === undefined) {
      return undefined;
    }
    if (answer !== 'back' && failure === undefined) {
      return { address, token };
    }
    addressProblem =
      answer === 'back' || failure === undefined ? undefined : failureText(failure, name).sentence;
  }
}

async function askForAddress(
  { connections }: CommandParts,
  { address: before, instead = false, steps }: ConnectionQuestion,
  value: string,
  problem: string | undefined,
): Promise<string | undefined> {
  const isTaken = (address: string): boolean =>
    instead && address !== before && connections.entries.some((entry) => entry.address === address);
  const answer = await showInput({
    title: t('Connect to Sequin'),
    step: 1,
    totalSteps: steps,
    prompt: t('The address of your Sequin server'),
    placeholder: 'http://localhost:7376',
    value,
    problem,
    check: (entered) => {
      const parsed = parseAddress(entered);
      const wrong = typeof parsed === 'string' ? parsed : isTaken(parsed.address) ? 'duplicate' : undefined;
      return Promise.resolve(wrong && addressProblemText(wrong));
    },
  });
  return answer === undefined || answer === 'back' ? undefined : answer.value;
}

/** What is asked where a connection is given a name. */
export interface NameQuestion {
  readonly title: string;
  /** What the input holds at first. */
  readonly name: string;
  /** Where it is the last of some inputs. */
  readonly step?: number;
}

/** Asks for a connection's name, which no other one has. */
export async function askForName(
  { connections }: CommandParts,
  { title, name, step = 1 }: NameQuestion,
): Promise<string | undefined> {
  const answer = await showInput({
    title: step > 1 ? t('Connect to {0}', title) : t('Rename {0}', title),
    step,
    totalSteps: step,
    canGoBack: false,
    prompt: t('What this connection is called'),
    placeholder: t('Name'),
    value: name,
    check: (value) => {
      const wanted = value.trim();
      const isTaken = wanted !== name && connections.entries.some((entry) => entry.name === wanted);
      return Promise.resolve(
        wanted === ''
          ? t('Enter a name.')
          : isTaken
            ? t('Another connection is called {0} already.', wanted)
            : undefined,
      );
    },
  });
  return answer === undefined || answer === 'back' ? undefined : answer.value.trim();
}

/** Whether the user takes it that the token can be read on its way; asked once for each address. */
async function mayBeReadOnTheWay({ accepted }: CommandParts, address: string): Promise<boolean> {
  if (!isReadableOnTheWay(address) || accepted.has(address)) {
    return true;
  }
  const yes = await confirm(plainHttpQuestion(address));
  if (yes) {
    accepted.add(address);
  }
  return yes;
}

function originOf(address: string): string {
  return new URL(address).origin;
}

function nameAt({ connections }: CommandParts, address: string): string {
  return connections.entries.find((entry) => entry.address === address)?.name ?? addressName(address);
}

async function tryConnection(api: SequinApi, signal: AbortSignal): Promise<Failure | undefined> {
  try {
    await api.listSinks({ signal, retries: 0, timeoutMs: tryTimeoutMs });
    return undefined;
  } catch (error) {
    const failure = failureOf(error);
    if (failure === undefined) {
      throw error;
    }
    return failure;
  }
}
