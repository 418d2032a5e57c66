import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { decodeConfigPlan } from '../../../src/api/decodeConfig.ts';
import type { PlanDifference } from '../../../src/model/ConfigPlan.ts';
import { summarizePlan } from '../../../src/text/planText.ts';
import { YamlParser } from '../../../src/yaml/document/YamlParser.ts';
import { comparePlan } from '../../../src/yaml/plan/comparePlan.ts';
import { describePlanLimitations } from '../../../src/yaml/plan/describePlanLimitations.ts';
import { renderComparison, renderPlan } from '../../../src/yaml/plan/renderPlan.ts';
import { type ConfigRecording, readConfigRecordings } from '../../recordings/recordings.ts';

const recordings = readConfigRecordings();

function getRecording(prefix: string): ConfigRecording {
  const recording = recordings.find(({ name }) => name.startsWith(prefix));
  return recording ?? assert.fail(`no recording ${prefix}`);
}

function compare(prefix: string): PlanDifference {
  return comparePlan(decodeConfigPlan(getRecording(prefix).response.body));
}

function listNotes(prefix: string): string[] {
  const { root } = new YamlParser().parse(getRecording(prefix).request.body?.yaml ?? '');
  assert.ok(root);
  return describePlanLimitations(root, compare(prefix));
}

/** The lines that only one side has, with a `-` for the current side and a `+` for the planned side. */
function diffLines(prefix: string): string[] {
  const { current, planned } = renderPlan(compare(prefix), []);
  const [before, after] = [current.split('\n'), planned.split('\n')];
  return [
    ...before.filter((line) => !after.includes(line)).map((line) => `- ${line.trim()}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `+ ${line.trim()}`),
  ];
}

describe('the plan of a file', () => {
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
    it(`shows only what changes: ${getRecording(recording).name}`, () => {
      assert.equal(summarizePlan(compare(recording)), summary);
      if (lines !== undefined) {
        assert.deepEqual(diffLines(recording), lines);
      }
    });
  }

  it('shows all settings of created resources, but no IDs or runtime state, and lists Sequin’s other actions', () => {
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

  it('says "No changes." if nothing changes', () => {
    assert.deepEqual(renderPlan(compare('y03'), ['A note.']), {
      current: '# No changes.\n# A note.\n',
      planned: '# No changes.\n# A note.\n',
    });
  });

  it('shows changes to headers even if they have the names of ignored keys', () => {
    const old = { id: '1', name: 'hook', headers: { id: 'a', active_backfills: 'b' } };
    const planned = { ...old, id: '2', headers: { id: 'c' } };
    const changes = [{ resourceType: 'http_endpoint', old, new: planned }];
    const { changed } = comparePlan({ changes, actions: [] });
    assert.deepEqual(
      changed.map((change) => [change.old?.['headers'], change.new?.['headers']]),
      [[old.headers, planned.headers]],
    );
  });

  it('masks a secret that the server left in clear text, and escapes hidden characters', () => {
    const old = { name: 'shop', password: 'hunter22', hostname: 'a' };
    const changes = [{ resourceType: 'database', old, new: { ...old, hostname: 'b\u202E' } }];
    const { current, planned } = renderPlan(comparePlan({ changes, actions: [] }), []);
    assert.doesNotMatch(current + planned, /hunter22|\u202E/);
    assert.deepEqual(parse(planned), { databases: [{ ...old, password: '********', hostname: 'b\u202E' }] });
  });

  it('comments out every line of an action that has line breaks', () => {
    const { planned } = renderPlan(comparePlan({ changes: [], actions: ['a\nsinks: []'] }), []);
    assert.equal(parse(planned), null);
  });

  const describeHiddenChanges = (keys: string) => `Sequin’s plan doesn’t show changes to ${keys}.`;
  const maskedSecrets = 'Secrets are masked. A changed secret whose mask is the same shows no difference.';
  for (const [recording, notes] of [
    ['y03', [describeHiddenChanges('create_if_not_exists'), maskedSecrets]],
    ['y04-36', [describeHiddenChanges('annotations, create_if_not_exists'), maskedSecrets]],
    ['y04-52', [describeHiddenChanges('create_if_not_exists, init_sql'), maskedSecrets]],
    ['y04-54', [describeHiddenChanges('queue_interval, create_if_not_exists'), maskedSecrets]],
    ['y04-55', [describeHiddenChanges('queue_target, create_if_not_exists'), maskedSecrets]],
    [
      'y04-60',
      [
        'Sequin’s plan shows "none" where a sink uses a function that the file creates: y-filter2.',
        describeHiddenChanges('create_if_not_exists'),
        maskedSecrets,
      ],
    ],
    [
      'y04-31',
      [
        describeHiddenChanges('create_if_not_exists'),
        'The initial backfill of a sink that exists doesn’t start: y-orders.',
        maskedSecrets,
      ],
    ],
    [
      'y04-25',
      [
        describeHiddenChanges('create_if_not_exists'),
        'Sequin doesn’t move a sink to another database: y-orders.',
        maskedSecrets,
      ],
    ],
    ['y04-69', ['Sequin’s plan doesn’t show API tokens.']],
    ['y06a', []],
  ] as const) {
    it(`describes exactly the limitations that apply: ${getRecording(recording).name}`, () => {
      assert.deepEqual(listNotes(recording), notes);
    });
  }
});

describe('the comparison of a file with a server', () => {
  const compareFile = (prefix: string): { readonly file: string; readonly server: string } => {
    const { request } = getRecording(prefix);
    return renderComparison(compare(prefix), parse(request.body?.yaml ?? '') as Record<string, unknown>);
  };

  it('shows only the resources that differ, each with its values on both sides', () => {
    const texts = compareFile('y04-01');
    type Sections = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
    const [file, server] = [texts.file, texts.server].map((text) => parse(text) as Sections);
    assert.deepEqual(Object.keys(file ?? {}), ['sinks']);
    assert.deepEqual(
      [file, server].map((sections) =>
        sections?.['sinks']?.map((sink) => [sink['name'], sink['batch_size']]),
      ),
      [[['y-orders', 60]], [['y-orders', 50]]],
    );
  });

  it('shows the resources that only the server has, on the server’s side', () => {
    const { file, server } = compareFile('y03');
    assert.equal(file, '');
    const sections = parse(server) as Record<string, { name: string }[]>;
    assert.deepEqual(
      Object.entries(sections).map(([section, items]) => [section, ...items.map(({ name }) => name)]),
      [
        ['databases', 'source'],
        ['sinks', 'orders-redis'],
      ],
    );
  });
});
