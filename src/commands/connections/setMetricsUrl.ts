import * as l10n from '@vscode/l10n';
import { isUnencrypted } from '../../model/Connection.ts';
import {
  getDefaultMetricsUrl,
  type MetricsSource,
  parseMetricsUrl,
} from '../../model/deliveries/MetricsSource.ts';
import { type Failure, toFailure } from '../../model/failure.ts';
import { createUnencryptedMetricsConfirmation } from '../../text/confirmationText.ts';
import { describeMetricsFailure } from '../../text/deliveryText.ts';
import { describeAddressProblem } from '../../text/failureText.ts';
import { toDisplayText } from '../../text/toDisplayText.ts';
import type { CommandContext, CommandHandler } from '../CommandHandler.ts';
import { confirm } from '../Ui.ts';
import { resolveServer } from './resolveServer.ts';
import { saveMetricsSource } from './saveMetricsSource.ts';

/**
 * Sets the metrics URL of a connection after testing it. If the URL requires a user name and a password, prompts for
 * both. An empty URL turns the metrics off.
 */
export const setMetricsUrl: CommandHandler = async (context, { target }) => {
  const state = (await resolveServer(context, target, ({ state: { kind } }) => kind === 'signedIn'))?.state;
  if (state === undefined || state.kind === 'invalidAddress') {
    return;
  }
  const { connection } = state;
  const current = await context.metrics.get(connection);
  const title = l10n.t('Metrics of {0}', toDisplayText(connection.name));
  const url = current?.url ?? getDefaultMetricsUrl(connection.address);
  const source = await promptForSource(context, title, url);
  const isConnectionUnchanged = context.connections.entries.some(
    ({ id, address }) => id === connection.id && address === connection.address,
  );
  if (source !== 'closed' && isConnectionUnchanged) {
    context.settledMetricsOffers.add(connection.id);
    await saveMetricsSource(context, connection, source);
  }
};

/**
 * Prompts for a URL, with `initialUrl` as the initial value, and for credentials if the URL requires them.
 * @returns `'closed'` if the user closed an input, so nothing changes; undefined for an empty URL, which turns the
 *   metrics off
 */
async function promptForSource(
  context: CommandContext,
  title: string,
  initialUrl: string,
): Promise<MetricsSource | 'closed' | undefined> {
  let source: MetricsSource | undefined;
  let failure: Failure | undefined;
  const result = await context.ui.showInput({
    title,
    prompt: l10n.t('The URL of Sequin’s Prometheus metrics. Leave it empty to use no metrics.'),
    placeholder: 'http://localhost:8376/metrics',
    value: initialUrl,
    validate: async (entered, signal) => {
      const parsed = parseMetricsUrl(entered);
      if (typeof parsed === 'string') {
        source = undefined;
        return parsed === 'empty' ? undefined : describeAddressProblem(parsed);
      }
      source = { ...parsed, username: '', password: '' };
      failure = await testSource(context, source, signal);
      return failure === undefined || failure.kind === 'unauthorized'
        ? undefined
        : describeMetricsFailure(failure, parsed.url);
    },
  });
  if (result === undefined) {
    return 'closed';
  }
  if (source === undefined || failure === undefined) {
    return source;
  }
  const { url } = source;
  return isUnencrypted(url) && !(await confirm(context.ui, createUnencryptedMetricsConfirmation(url)))
    ? promptForSource(context, title, url)
    : promptForLogin(context, title, source);
}

/** Prompts for a user name and a password. Their initial values are those of `source`. */
async function promptForLogin(
  context: CommandContext,
  title: string,
  source: MetricsSource,
): Promise<MetricsSource | 'closed'> {
  const { url } = source;
  const username = await context.ui.showInput({
    title,
    totalSteps: 2,
    prompt: l10n.t('{0} requires a user name and a password.', toDisplayText(url)),
    placeholder: l10n.t('User name'),
    value: source.username,
    validate: (entered) =>
      // In basic authentication, the user name ends at the first colon.
      Promise.resolve(/^[^:]+$/.test(entered) ? undefined : l10n.t('Enter a user name without a colon.')),
  });
  if (username === undefined) {
    return 'closed';
  }
  const password = await context.ui.showInput({
    title,
    step: 2,
    totalSteps: 2,
    prompt: l10n.t(
      'The password is kept in VS Code’s secret storage, and sent only to {0}.',
      toDisplayText(url),
    ),
    placeholder: l10n.t('Password'),
    value: source.password,
    password: true,
    validate: async (entered, signal) => {
      const failure = await testSource(context, { url, username: username.value, password: entered }, signal);
      return failure && describeMetricsFailure(failure, url);
    },
  });
  if (password === undefined) {
    return 'closed';
  }
  const entered = { url, username: username.value, password: password.value };
  return password.isBack ? promptForLogin(context, title, entered) : entered;
}

async function testSource(
  { createMetricsFetch }: CommandContext,
  source: MetricsSource,
  signal: AbortSignal,
): Promise<Failure | undefined> {
  return createMetricsFetch(source)({ signal }).then(() => undefined, toFailure);
}
