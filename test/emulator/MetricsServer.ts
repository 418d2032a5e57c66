import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { Sink } from '../../src/sampleServer/World.ts';
import { closeServer } from '../closeServer.ts';
import type { EmulatedWorld } from './EmulatedWorld.ts';

/** Options of `MetricsServer.start`. */
export interface MetricsOptions {
  /** The port to listen on; by default, any free one. */
  port?: number;
  /** For HTTP basic authentication; by default, none is required. */
  username?: string;
  password?: string;
  /**
   * The minimum length of all metrics other than those of deliveries, in characters; by default, 0. On a real server,
   * the length is up to 1.4 million characters.
   */
  paddingLength?: number;
}

/** The counters of a sink under its current or an earlier name. A renamed sink keeps its earlier series. */
interface Series {
  readonly name: string;
  delivered: number;
  failed: number;
}

/** The families with a series for each sink, in the order of recording y30. */
const families = [
  ['attempt', 'Total number of messages attempted for delivery.', (s: Series) => s.delivered + s.failed],
  ['success', 'Total number of messages successfully delivered.', (s: Series) => s.delivered],
  ['failure', 'Total number of messages that failed delivery.', (s: Series) => s.failed],
] as const;

/**
 * The metrics of an emulated Sequin server, on a separate port. Rows of backfills count as deliveries or, while the
 * destination fails, as failed attempts.
 */
export class MetricsServer {
  readonly #world: EmulatedWorld;
  readonly #options: MetricsOptions;
  readonly #server = createServer((request, response) => {
    this.#serve(request, response);
  });
  readonly #series = new Map<string, Series[]>();
  /** The number of rows that are already counted, by the id of the sink. */
  readonly #countedRows = new Map<string, number>();
  /** The headers of all requests received so far, oldest first. */
  readonly requestHeaders: IncomingHttpHeaders[] = [];

  private constructor(world: EmulatedWorld, options: MetricsOptions) {
    this.#world = world;
    this.#options = options;
    this.reset();
  }

  /** Starts a server. */
  static async start(world: EmulatedWorld, options: MetricsOptions = {}): Promise<MetricsServer> {
    const metrics = new MetricsServer(world, options);
    metrics.#server.listen(options.port ?? 0, '127.0.0.1');
    await once(metrics.#server, 'listening');
    return metrics;
  }

  /** The URL of the metrics. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/metrics`;
  }

  /** Closes all connections and stops listening. */
  async stop(): Promise<void> {
    await closeServer(this.#server);
  }

  /** Removes all series, as a restart of the server does. Only rows that are processed later count. */
  reset(): void {
    this.#series.clear();
    for (const sink of this.#world.sinks) {
      this.#countedRows.set(sink.json.id, countRows(sink));
    }
  }

  /** Adds deliveries and failed attempts to the counters of a sink, under its current name. */
  count(sinkId: string, { delivered = 0, failed = 0 }: { delivered?: number; failed?: number }): void {
    const { name } = this.#world.getSink(sinkId).json;
    const seriesOfSink = this.#series.get(sinkId) ?? [];
    this.#series.set(sinkId, seriesOfSink);
    let series = seriesOfSink.find((other) => other.name === name);
    if (series === undefined) {
      series = { name, delivered: 0, failed: 0 };
      seriesOfSink.push(series);
    }
    series.delivered += delivered;
    series.failed += failed;
  }

  /** Renders the body of a response. */
  render(): string {
    this.#countBackfills();
    const others = Math.ceil((this.#options.paddingLength ?? 0) / paddingLine.length);
    return [
      ...families.flatMap(([name, help, getValue]) => [
        `# TYPE sequin_message_deliver_${name}_count counter`,
        `# HELP sequin_message_deliver_${name}_count ${help}`,
        ...[...this.#series].flatMap(([id, seriesOfSink]) =>
          seriesOfSink
            // A counter doesn't exist before it first counts something.
            .filter((series) => getValue(series) > 0)
            .map((series) => {
              const labels = `consumer_id="${id}",consumer_name="${escapeLabel(series.name)}"`;
              return `sequin_message_deliver_${name}_count{${labels}} ${String(getValue(series))}`;
            }),
        ),
      ]),
      ...Array.from({ length: others }, () => paddingLine),
      '',
    ].join('\n');
  }

  #countBackfills(): void {
    for (const sink of this.#world.sinks) {
      const { id } = sink.json;
      const rows = countRows(sink);
      const added = rows - (this.#countedRows.get(id) ?? 0);
      this.#countedRows.set(id, rows);
      if (added > 0) {
        this.count(id, this.#world.isDestinationFailing(sink) ? { failed: added } : { delivered: added });
      }
    }
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const { username = '', password = '' } = this.#options;
    this.requestHeaders.push(request.headers);
    const expected = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    if (username !== '' && request.headers.authorization !== expected) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="Restricted"' }).end('Unauthorized');
    } else if (request.url !== '/metrics') {
      response.writeHead(404).end('Not found');
    } else {
      const isCompressed = (request.headers['accept-encoding'] ?? '').includes('gzip');
      response.writeHead(200, {
        vary: 'accept-encoding',
        'content-type': 'text/plain; version=0.0.4',
        ...(isCompressed && { 'content-encoding': 'gzip' }),
      });
      response.end(isCompressed ? gzipSync(this.render()) : this.render());
    }
  }
}

/** A line of the kind that makes up most of a real response (recording y30). */
const paddingLine =
  'sequin_repo_query_total_time_bucket{command="select",query="SELECT c0.\\"id\\" FROM \\"sequin_config\\".\\"sink_consumers\\" AS c0",le="+Inf"} 8';

function countRows({ backfills }: Sink): number {
  return backfills.reduce((sum, { json }) => sum + json.rows_processed_count, 0);
}

function escapeLabel(value: string): string {
  return value.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n');
}
