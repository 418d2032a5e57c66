import type { DeliveryCounters } from '../model/deliveries/deliveries.ts';
import { ShapeError } from './schema.ts';

/** The names of the metrics. Each metric has a series for every name that a sink has had (recording y35). */
const metricNames = {
  delivered: 'sequin_message_deliver_success_count',
  failed: 'sequin_message_deliver_failure_count',
} as const;

/** Matches a label and its value. In the value, `\`, `"` and line feeds are escaped, but braces aren't. */
const labelPattern = /[ \t]*(?:,[ \t]*)?([a-z_]\w*)[ \t]*=[ \t]*"((?:[^"\\\n]|\\.)*)"/iy;
const endPattern = /[ \t]*(?:,[ \t]*)?\}[ \t]+(\S+)/y;

/**
 * Parses the delivery counters of each sink, by sink id, from Prometheus's text format. Reads only the lines of the two
 * metrics above, because a response has up to 1.4 MB of other metrics (recordings y30, y31, y35, y37). Adds up the
 * series of all names of a sink, and skips invalid lines.
 * @throws ShapeError if the text doesn't contain Sequin's delivery metrics
 */
export function parseDeliveryCounters(text: string): Map<string, DeliveryCounters> {
  // The `# TYPE` lines exist even before the first delivery.
  if (!text.includes('sequin_message_deliver_')) {
    throw new ShapeError('no metrics of Sequin');
  }
  const lines = `\n${text}`;
  const counters = new Map<string, DeliveryCounters>();
  for (const kind of ['delivered', 'failed'] as const) {
    for (const [sinkId, value] of listSamples(lines, metricNames[kind])) {
      const sum = counters.get(sinkId) ?? { delivered: 0, failed: 0 };
      counters.set(sinkId, { ...sum, [kind]: sum[kind] + value });
    }
  }
  return counters;
}

function* listSamples(text: string, metricName: string): Generator<readonly [sinkId: string, value: number]> {
  const start = `\n${metricName}{`;
  for (let index = text.indexOf(start); index !== -1; index = text.indexOf(start, index + 1)) {
    const sample = parseSample(text, index + start.length);
    if (sample !== undefined) {
      yield sample;
    }
  }
}

/**
 * Parses the labels and the value of a sample. `index` is the position after the opening brace. Returns undefined if
 * the sample is invalid.
 */
function parseSample(text: string, index: number): readonly [sinkId: string, value: number] | undefined {
  let sinkId: string | undefined;
  let end = index;
  labelPattern.lastIndex = end;
  for (let label = labelPattern.exec(text); label !== null; label = labelPattern.exec(text)) {
    sinkId = label[1] === 'consumer_id' ? label[2] : sinkId;
    end = labelPattern.lastIndex;
  }
  endPattern.lastIndex = end;
  const value = Number(endPattern.exec(text)?.[1]);
  return sinkId !== undefined && value >= 0 && value <= Number.MAX_SAFE_INTEGER ? [sinkId, value] : undefined;
}
