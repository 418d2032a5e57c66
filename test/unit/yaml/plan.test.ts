import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { decodeConfigPlan } from '../../../src/api/schemas.ts';
import { summarizePlan } from '../../../src/text/planText.ts';
import { YamlParser } from '../../../src/yaml/document/YamlParser.ts';
import { comparePlan } from '../../../src/yaml/plan/comparePlan.ts';
import { describePlanLimitations } from '../../../src/yaml/plan/describePlanLimitations.ts';
import type { PlanDifference } from '../../../src/yaml/plan/PlanDifference.ts';
import { renderComparison, renderPlan } from '../../../src/yaml/plan/renderPlan.ts';
import { type ConfigRecording, readConfigRecordings } from '../../recordings/recordings.ts';

const recordings = new Map(readConfigRecordings().map((recording) => [recording.name, recording]));

function find(prefix: string): ConfigRecording {
  const found = [...recordings.values()].find(({ name }) => name.startsWith(prefix));
  return found ?? assert.fail(`no recording ${prefix}`);
}

function compare(prefix: string): PlanDifference {
  return comparePlan(decodeConfigPlan(find(prefix).response.body));
}

function notesOf(prefix: string): string[] {
  const { root } = new YamlParser().parse(find(prefix).request.body?.yaml ?? '');
  assert.ok(root);
  return describePlanLimitations(root, compare(prefix));
}

/** The lines that only one side has: `-` for the current one, `+` for the planned one. */
function diffLines(prefix: string): string[] {
  const { current, planned } = renderPlan(compare(prefix), []);
  const [before, after] = [current.split('\n'), planned.split('\n')];
  return [
    ...before.filter((line) => !after.includes(line)).map((line) => `- ${line.trim()}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `+ ${line.trim()}`),
  ];
}

describe('The plan of a file', () => {
  const cases: [recording: string, summary: string, lines?: string[]][] = [
    ['y03', '7 unchanged', []],
    ['y04-01', '1 changed, 4 unchanged', ['- batch_size: 50', '+ batch_size: 60']],
    ['y04-02', '1 changed, 4 unchanged', ['- stream_key: y-orders', '+ stream_key: y-orders-2']],
    ['y04-13', '5 unchanged', []],
    ['y04-14', '1 created, 5 unchanged'],
    ['y04-17', '1 changed, 4 unchanged', ['- headers:', '- X-Env: test', '+ headers: {}']],
    [
      'y04-18',
      '1 changed, 4 unchanged',
      ['- Authorization: Bea******************e', '+ Authorization: Bea******************E'],
    ],
    ['y04-23', '1 changed, 4 unchanged', ['- port: 15432', '+ port: 5432']],
    ['y04-27', '5 unchanged', []],
    ['y04-70', '1 created, 5 unchanged'],
  ];
  for (const [recording, summary, lines] of cases) {
    it(`has only the true differences: ${find(recording).name}`, () => {
      assert.equal(summarizePlan(compare(recording)), summary);
      if (lines !== undefined) {
        assert.deepEqual(diffLines(recording), lines);
      }
    });
  }

  it('has the whole resources that are created, without ids and runtime state, and what else Sequin does', () => {
    const { current, planned } = renderPlan(compare('y06a'), []);
    assert.equal(current, '');
    const { sinks } = parse(planned) as { sinks: Record<string, unknown>[] };
    assert.deepEqual(
      sinks.map(({ name, source, id, active_backfills: backfills }) => ({ name, source, id, backfills })),
      [{ name: 'y-init', source: { include_tables: ['public.t1'] }, id: undefined, backfills: undefined }],
    );
    assert.match(planned, /^sinks:\n {2}- name: y-init\n/);
    assert.match(planned, /# Sequin also does this:\n# - Create initial backfill for sink 'y-init'\n$/);
  });

  it('says that nothing changes', () => {
    assert.deepEqual(renderPlan(compare('y03'), ['A note.']), {
      current: '# No changes.\n# A note.\n',
      planned: '# No changes.\n# A note.\n',
    });
  });

  it('masks a secret that the server has left in clear text, and escapes hidden characters', () => {
    const old = { name: 'shop', password: 'hunter22', hostname: 'a' };
    const changes = [{ resourceType: 'database', old, new: { ...old, hostname: 'b\u202E' } }];
    const { current, planned } = renderPlan(comparePlan({ changes, actions: [] }), []);
    assert.doesNotMatch(current + planned, /hunter22|\u202E/);
    assert.deepEqual(parse(planned), { databases: [{ ...old, password: '********', hostname: 'b\u202E' }] });
  });

  it('has no inherited properties in place of a new header', () => {
    const headers = JSON.parse('{"constructor": "a", "__proto__": "b"}') as object;
    const old = { name: 'hook', headers: { 'X-Env': 'test' } };
    const changes = [{ resourceType: 'http_endpoint', old, new: { ...old, headers } }];
    const { changed } = comparePlan({ changes, actions: [] });
    assert.deepEqual(changed[0]?.old, old);
  });

  it('keeps an action of the server from leaving its comment', () => {
    const { planned } = renderPlan(comparePlan({ changes: [], actions: ['a\nsinks: []'] }), []);
    assert.equal(parse(planned), null);
  });

  for (const [recording, notes] of [
    [
      'y03',
      [
        'Sequin’s plan doesn’t show changes of create_if_not_exists.',
        'Secrets are masked. A changed secret whose mask is the same shows no difference.',
      ],
    ],
    [
      'y04-60',
      [
        'Sequin’s plan shows "none" where a sink uses a function that the file creates: y-filter2.',
        'Sequin’s plan doesn’t show changes of create_if_not_exists.',
        'Secrets are masked. A changed secret whose mask is the same shows no difference.',
      ],
    ],
    [
      'y04-31',
      [
        'Sequin’s plan doesn’t show changes of create_if_not_exists.',
        'The initial backfill of a sink that exists doesn’t start: y-orders.',
        'Secrets are masked. A changed secret whose mask is the same shows no difference.',
      ],
    ],
    ['y04-69', ['Sequin’s plan doesn’t show API tokens.']],
    ['y06a', []],
  ] as const) {
    it(`has notes about what it doesn’t show: ${find(recording).name}`, () => {
      assert.deepEqual(notesOf(recording), notes);
    });
  }
});

describe('The comparison of a file with a server', () => {
  it('has the differences, and the resources that only the server has', () => {
    const recording = find('y03');
    const { file, server } = renderComparison(
      compare('y03'),
      parse(recording.request.body?.yaml ?? '') as Record<string, unknown>,
    );
    assert.equal(file, '');
    const { sinks, databases } = parse(server) as Record<string, { name: string }[]>;
    assert.deepEqual(
      sinks?.map(({ name }) => name),
      ['orders-redis'],
    );
    assert.deepEqual(
      databases?.map(({ name }) => name),
      ['source'],
    );
  });
});
