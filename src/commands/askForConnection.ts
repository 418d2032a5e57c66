import { t } from '@vscode/l10n';
import { failureOf, type Failure } from '../api/failure.ts';
import type { SequinApi } from '../api/SequinApi.ts';
import { connectionName, parseAddress, type Connection } from '../model/Connection.ts';
import { addressProblemText, failureText } from '../text/failureText.ts';
import { showInput } from './showInput.ts';

/** A person waits for the answer; 502 sinks take a server up to 4 s. */
const tryTimeoutMs = 20_000;

export interface ConnectionQuestion {
  /** What the address input holds at first. */
  readonly address: string;
  /** Ask for the token at once: the address is known. */
  readonly tokenOnly: boolean;
  readonly openApi: (address: string, token: string) => SequinApi;
}

/**
 * Asks for a server's address, then for a token, and tries both with one request. What fails keeps an input
 * open with the reason: the token's for a refused token, else the address's. Undefined if the user gave up.
 */
export async function askForConnection(
  question: ConnectionQuestion,
): Promise<{ readonly connection: Connection; readonly token: string } | undefined> {
  let { address } = question;
  let askAddress = !question.tokenOnly;
  let token = '';
  let addressProblem: string | undefined;
  for (;;) {
    if (askAddress) {
      const entered = await showInput({
        title: t('Connect to Sequin'),
        step: 1,
        totalSteps: 2,
        prompt: t('The address of your Sequin server'),
        placeholder: 'http://localhost:7376',
        value: address,
        problem: addressProblem,
        check: (value) => {
          const parsed = parseAddress(value);
          return Promise.resolve(typeof parsed === 'string' ? addressProblemText(parsed) : undefined);
        },
      });
      if (entered === undefined || entered === 'back') {
        return undefined;
      }
      address = entered.value;
    }
    const connection = parseAddress(address);
    if (typeof connection === 'string') {
      addressProblem = addressProblemText(connection);
      askAddress = true;
      continue;
    }
    const name = connectionName(connection);
    let failure: Failure | undefined;
    const entered = await showInput({
      title: t('Connect to {0}', name),
      step: 2,
      totalSteps: 2,
      prompt: t('An API token of this server, from its web console. It is kept in VS Code’s secret storage.'),
      placeholder: t('API token'),
      value: token,
      password: true,
      check: async (value, signal) => {
        token = value.trim();
        if (!/^[\x21-\x7e]+$/.test(token)) {
          return token === '' ? t('Enter a token.') : t('A token has no spaces and no special letters.');
        }
        failure = await tryConnection(question.openApi(connection.address, token), signal);
        return failure?.kind === 'unauthorized' ? failureText(failure, name).sentence : undefined;
      },
    });
    if (entered === undefined) {
      return undefined;
    }
    if (entered !== 'back' && failure === undefined) {
      return { connection, token };
    }
    addressProblem =
      entered === 'back' || failure === undefined ? undefined : failureText(failure, name).sentence;
    askAddress = true;
  }
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
