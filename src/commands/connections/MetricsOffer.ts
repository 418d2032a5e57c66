import * as l10n from '@vscode/l10n';
import { listDefaultMetricsUrls } from '../../model/deliveries/MetricsSource.ts';
import type { ServerMonitor } from '../../servers/ServerMonitor.ts';
import type { Clock } from '../../shared/clock.ts';
import type { MementoSet } from '../../shared/MementoSet.ts';
import { toDisplayText } from '../../text/toDisplayText.ts';
import type { CommandContext } from '../CommandHandler.ts';
import { saveMetricsSource } from './saveMetricsSource.ts';

/** How long a window must be connected to a server before the metrics are offered, in milliseconds. */
const minConnectedMs = 10 * 60_000;

/** The timeout of a request for metrics that may not exist, in milliseconds. */
const timeoutMs = 5_000;

type MetricsOfferOptions = Pick<CommandContext, 'servers' | 'metrics' | 'createMetricsFetch' | 'ui'> & {
  /**
   * The ids of the connections whose metrics aren't offered again: the offer was already shown, or the user has set the
   * metrics URL.
   */
  readonly settledMetricsOffers: Pick<MementoSet, 'has' | 'add'>;
  readonly clock: Clock;
  /** Whether the user wants notifications that aren't about a problem. */
  readonly isEnabled: () => boolean;
};

/**
 * Offers to show the metrics of a connection if its server exports them at a default URL. The offer appears when the
 * user opens a page after the window has been connected for a while. Whatever the user answers, the connection gets no
 * second offer.
 */
export class MetricsOffer {
  readonly #options: MetricsOfferOptions;
  /** The ids of the connections whose default URLs were requested in this window. */
  readonly #requestedIds = new Set<string>();

  constructor(options: MetricsOfferOptions) {
    this.#options = options;
  }

  /** Offers the metrics of a connection if the offer is due. Sends neither a token nor credentials. */
  async offer(monitor: ServerMonitor): Promise<void> {
    const { metrics, servers, ui } = this.#options;
    const { connection } = monitor;
    if (!this.#isDue(monitor)) {
      return;
    }
    this.#requestedIds.add(connection.id);
    const url = (await metrics.get(connection)) === undefined ? await this.#findUrl(monitor) : undefined;
    const isConnected = (): boolean => servers.findMonitor(connection) !== undefined;
    if (url === undefined || !isConnected() || !this.#isWanted(connection.id)) {
      return;
    }
    this.#options.settledMetricsOffers.add(connection.id);
    ui.showMessage(
      'information',
      l10n.t(
        '{0} exports metrics at {1}. Use them to show deliveries and failed attempts?',
        toDisplayText(connection.name),
        toDisplayText(url),
      ),
      {
        label: l10n.t('Show Deliveries'),
        run: async () => {
          if (isConnected()) {
            await saveMetricsSource({ metrics, ui }, connection, { url, username: '', password: '' });
          }
        },
      },
      { label: l10n.t('No'), run: () => undefined },
    );
  }

  #isWanted(connectionId: string): boolean {
    return this.#options.isEnabled() && !this.#options.settledMetricsOffers.has(connectionId);
  }

  #isDue(monitor: ServerMonitor): boolean {
    const { id, isSample } = monitor.connection;
    const { failure, fromCache } = monitor.snapshot.sinksLoad;
    return (
      // Sample data has no metrics: its default URL would be that of another server on this machine.
      !isSample &&
      this.#isWanted(id) &&
      !this.#requestedIds.has(id) &&
      failure === undefined &&
      fromCache !== true &&
      this.#options.clock.monotonicNow() - monitor.createdAt >= minConnectedMs
    );
  }

  /** Finds the first default URL that responds with Sequin's metrics; undefined if no URL does. */
  async #findUrl({ connection }: ServerMonitor): Promise<string | undefined> {
    for (const url of listDefaultMetricsUrls(connection.address)) {
      try {
        await this.#options.createMetricsFetch({ url, username: '', password: '' })({ timeoutMs });
        return url;
      } catch {
        // The URL has no metrics, or requires a password.
      }
    }
    return undefined;
  }
}
