import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { findViolations } from '../../../src/yaml/checks/findViolations.ts';
import { listNodesWithSchemas } from '../../../src/yaml/document/schema.ts';
import { YamlParser } from '../../../src/yaml/document/YamlParser.ts';
import { formatExport } from '../../../src/yaml/plan/formatExport.ts';
import { resolveConfig } from '../../../src/yaml/plan/resolveConfig.ts';
import { readConfigRecordings } from '../../recordings/recordings.ts';

const recorded = readConfigRecordings().find(({ name }) => name.startsWith('y40'));
const { yaml } = recorded?.response.body as { yaml: string };

describe('an exported configuration', () => {
  it('begins with a comment about masked secrets, and leaves out unfinished backfills and keys without a value', () => {
    const text = formatExport(yaml, 'staging\nx: 1');
    assert.match(text, /^# Configuration of staging x: 1\n# Secrets are masked/);
    const { sinks, databases } = parse(text) as Record<string, Record<string, unknown>[]>;
    const getNames = (items: Record<string, unknown>[] | undefined) => items?.map(({ name }) => name);
    const before = parse(yaml) as Record<string, Record<string, unknown>[]>;
    assert.deepEqual(
      [getNames(sinks), getNames(databases)],
      [getNames(before['sinks']), getNames(before['databases'])],
    );
    assert.doesNotMatch(text, /active_backfills|max_retry_count/);
  });

  it('is valid, but can’t be applied because its secrets are masked', async () => {
    const parsed = new YamlParser().parse(formatExport(yaml, 'staging'));
    assert.ok(parsed.root);
    assert.deepEqual(findViolations(listNodesWithSchemas(parsed.root)), []);
    const sources = { getVariable: () => undefined, readFile: () => Promise.resolve(undefined) };
    assert.notEqual((await resolveConfig(parsed, sources)).maskedSecret, undefined);
  });

  it('contains the `local` flag of an HTTP endpoint as a string, because Sequin ignores a boolean', () => {
    const text = formatExport('http_endpoints:\n  - name: a\n    local: true\n', 's');
    assert.match(text, /local: "true"/);
  });

  it('keeps all annotations, because users choose their keys', () => {
    const annotations = { local: true, active_backfills: 3, empty: null };
    const text = formatExport(JSON.stringify({ sinks: [{ name: 'a', annotations, status: null }] }), 's');
    assert.deepEqual(parse(text), { sinks: [{ name: 'a', annotations }] });
  });

  it('contains quotes around a string that YAML 1.1 would read as a number', () => {
    assert.match(formatExport('sinks:\n  - name: "1_000"\n', 's'), /- name: "1_000"\n/);
  });

  it('contains the server’s text unchanged if that text isn’t valid YAML', () => {
    assert.match(formatExport('a: [1', 's'), /\na: \[1$/);
  });
});
