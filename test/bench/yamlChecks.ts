import assert from 'node:assert/strict';
import { checkYaml } from '../../src/yaml/checks/checkYaml.ts';
import { YamlParser } from '../../src/yaml/document/YamlParser.ts';
import { parseYamlFile } from '../../src/yaml/YamlFile.ts';
import { type BenchSection, formatMilliseconds, median } from './report.ts';

/** The limit for the check of 10,000 lines after a keystroke, in milliseconds. */
const maxMs = 50;

const sinkLines = `
    database: shop
    batch_size: 200
    source:
      include_tables:
        - public.orders
    destination:
      type: kafka
      hosts: "broker-1.example.com:9092,broker-2.example.com:9092"
      topic: shop.orders
      compression: zstd
      tls: true
`;

/** Measures how long a check of a `sequin.yaml` with 10,000 lines takes: when the file opens, and after each change. */
export function measureYamlChecks(): Promise<BenchSection> {
  const sinks = Array.from({ length: 834 }, (_, index) => `  - name: sink-${index}${sinkLines}`);
  const head = 'databases: [{ name: shop, url: "$URL", slot_name: s, publication_name: p }]\nsinks:\n';
  const parser = new YamlParser();
  const check = (text: string): number => {
    const startedAt = performance.now();
    const { parsed } = parseYamlFile(text, parser);
    const problems = checkYaml(parsed, text, {
      environment: { URL: '' },
      knownDatabases: new Set(),
      existingSinks: new Map(),
    });
    assert.deepEqual(problems, []);
    return performance.now() - startedAt;
  };
  const first = check(head + sinks.join(''));
  const keystrokes = Array.from({ length: 30 }, (_, index) => {
    sinks[400] = `  - name: sink-400${'a'.repeat(index + 1)}${sinkLines}`;
    return check(head + sinks.join(''));
  });
  const afterChange = median(keystrokes);
  return Promise.resolve({
    title: '10. sequin.yaml: the time to check 10,000 lines',
    columns: ['', 'time'],
    rows: [
      ['when the file opens', formatMilliseconds(first)],
      ['after a keystroke, median', formatMilliseconds(afterChange)],
    ],
    goals: [
      {
        isMet: afterChange <= maxMs,
        text: `At most ${formatMilliseconds(maxMs)} after a keystroke.`,
        isTime: true,
      },
    ],
    data: { first, afterChange },
  });
}
