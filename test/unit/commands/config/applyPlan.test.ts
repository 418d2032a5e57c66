import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { createApiClient } from '../../../../src/api/createApiClient.ts';
import { applyShownPlan } from '../../../../src/commands/config/applyPlan.ts';
import {
  type PlannedFile,
  requestPlan,
  type ShownPlan,
} from '../../../../src/commands/config/PlannedFile.ts';
import { ServerMonitor } from '../../../../src/servers/ServerMonitor.ts';
import { describeFailure } from '../../../../src/text/failureText.ts';
import { setLocale } from '../../../../src/text/format.ts';
import { summarizePlan } from '../../../../src/text/planText.ts';
import { YamlParser } from '../../../../src/yaml/document/YamlParser.ts';
import { comparePlan } from '../../../../src/yaml/plan/comparePlan.ts';
import { renderPlan } from '../../../../src/yaml/plan/renderPlan.ts';
import { resolveConfig } from '../../../../src/yaml/plan/resolveConfig.ts';
import type { Emulator } from '../../../emulator/Emulator.ts';
import { InstantClock } from '../../faults/InstantClock.ts';
import { connectionTo, now } from '../../samples.ts';
import { useEmulators } from '../../useServers.ts';
import { FakeUi } from '../FakeUi.ts';

const file = `databases:
  - name: shop
    hostname: db.internal
    database: shop
    password: a-new-secret
    ssl: true
sinks:
  - name: orders
    database: shop
    batch_size: 5
    destination: {type: sequin_stream}
  - name: refunds
    database: shop
    initial_backfill: true
    destination: {type: sequin_stream}
`;

describe('applyShownPlan', () => {
  const startEmulator = useEmulators();
  let emulator: Emulator;
  let monitor: ServerMonitor;
  let ui: FakeUi;
  let text: string;
  /** The titles and texts of the plans shown so far. */
  let shownTexts: string[];
  let shown: ShownPlan;
  /** The log entries of all requests. */
  let log: unknown[];

  beforeEach(async () => {
    setLocale('en', 'UTC');
    ui = new FakeUi();
    text = file;
    shownTexts = [];
    log = [];
    emulator = await startEmulator({ scenario: 'empty', latency: false });
    emulator.world.addSink({ name: 'orders', database: 'shop' });
    emulator.world.addBackfill('orders', { table: 'public.orders' });
    emulator.world.addSink({ name: 'elsewhere', database: 'other' });
    emulator.world.addBackfill('elsewhere', { table: 'public.orders' });
    await connect();
  });
  afterEach(() => {
    monitor.dispose();
  });

  async function connect(production = false): Promise<void> {
    const { url: address, token } = emulator;
    monitor = new ServerMonitor({
      connection: connectionTo(address, { name: 'staging', production }),
      api: createApiClient({ address, token, onRequestFinished: (entry) => log.push(entry) }),
      clock: new InstantClock(now),
      intervalMs: () => 0,
    });
    await monitor.refresh();
    shown = await plan();
  }

  const planned: PlannedFile = {
    name: 'sequin.yaml',
    get monitor() {
      return monitor;
    },
    resolve: () =>
      resolveConfig(new YamlParser().parse(text), {
        getVariable: () => undefined,
        readFile: () => Promise.resolve(undefined),
      }),
    findChanges: comparePlan,
    show: (plan) => {
      shown = { file: planned, ...plan };
      const texts = renderPlan(plan.difference, []);
      shownTexts.push([summarizePlan(plan.difference), texts.current, texts.planned].join('\n'));
      return Promise.resolve();
    },
    reportProblem: (message, { start, end }) => {
      ui.lines.push(`problem: ${message} ${text.slice(start, end)}`);
    },
    reportFailure: (failure) => {
      ui.lines.push(`failure: ${describeFailure(failure, 'staging').sentence}`);
    },
    showProgress: (_title, task) => task(),
  };

  async function plan(): Promise<ShownPlan> {
    const resolved = await planned.resolve();
    assert.ok(resolved);
    const difference = (await requestPlan(planned, resolved)) ?? assert.fail('no plan');
    return { file: planned, resolved, difference };
  }

  async function apply(...answers: string[]): Promise<string[]> {
    ui.answers = answers;
    await applyShownPlan(ui, shown);
    return ui.takeLines();
  }

  const countApplyRequests = () => emulator.requests.filter(({ path }) => path.endsWith('/apply')).length;

  it('asks for confirmation with the changes, the databases whose replication restarts, and the affected backfills', async () => {
    assert.deepEqual(await apply('Apply'), [
      'Apply sequin.yaml to staging? [Apply] [Don’t Apply]',
      'status bar: Applied sequin.yaml to staging.',
    ]);
    assert.equal(
      ui.lastDetail,
      [
        "Create sink refunds\nChange database shop\nChange sink orders\nCreate initial backfill for sink 'refunds'",
        'Sequin restarts the replication of shop, even if nothing changes there. This interrupts 1 running backfill for about 20 s and makes it repeat some rows.',
      ].join('\n\n'),
    );
    assert.equal(emulator.world.getSink('orders').json.batch_size, 5);
    assert.equal(emulator.world.getSink('refunds').backfills.length, 1);
    assert.match(shownTexts.at(-1) ?? '', /^\d+ unchanged\n# No changes/);
  });

  it('applies nothing without confirmation, and in production focuses the button that dismisses the dialog', async () => {
    assert.deepEqual(await apply(), ['Apply sequin.yaml to staging? [Apply] [Don’t Apply]']);
    monitor.dispose();
    await connect(true);
    assert.deepEqual(await apply(), [
      'Apply sequin.yaml in production (staging)? [Don’t Apply] [Apply in Production]',
    ]);
    assert.equal(countApplyRequests(), 0);
  });

  it('never logs, shows or keeps the passwords of the file and the response', async () => {
    Object.assign(emulator.world.findDatabase('other') ?? {}, { password: 'from-the-response' });
    await apply('Apply');
    assert.equal(countApplyRequests(), 1);
    const visible = inspect([log, ui.lines, ui.lastDetail, shownTexts], { depth: 10 });
    assert.doesNotMatch(visible, /from-the-response|a-new-secret/);
    const kept = inspect([monitor.snapshot, shown.difference], { depth: 20, maxArrayLength: null });
    assert.doesNotMatch(kept, /from-the-response|a-new-secret/);
  });

  it('refuses to apply a file with a masked secret', async () => {
    text = file.replace('a-new-secret', 'a**********t');
    shown = await plan();
    assert.deepEqual(await apply('Apply'), [
      'problem: The file has a masked secret. Sequin would store the mask instead of the secret. a**********t',
    ]);
    assert.equal(countApplyRequests(), 0);
  });

  for (const [change, edit] of [
    ['the file', () => (text = file.replace('batch_size: 5', 'batch_size: 6'))],
    ['a secret, but not its mask,', () => (text = file.replace('a-new-secret', 'a-neX-secret'))],
    ['the server', () => emulator.world.updateSink('orders', { batch_size: 5 })],
  ] as const) {
    it(`shows a new plan instead of applying the file if ${change} has changed since the plan`, async () => {
      edit();
      assert.deepEqual(await apply('Apply'), [
        'warning: The file or the server has changed since the plan. Review the new plan, then apply it.',
      ]);
      assert.equal(countApplyRequests(), 0);
      assert.deepEqual(await apply('Apply'), [
        'Apply sequin.yaml to staging? [Apply] [Don’t Apply]',
        'status bar: Applied sequin.yaml to staging.',
      ]);
    });
  }

  it('reports why Sequin rejects the file', async () => {
    emulator.fault({ status: 422, body: { summary: "Function 'f' not found." }, path: /apply$/ });
    assert.deepEqual((await apply('Apply')).slice(1), [
      "failure: staging rejected the request: Function 'f' not found.",
    ]);
  });

  it('reports success after a lost response if a new plan shows that Sequin applied the file', async () => {
    emulator.fault({ reset: 'after', path: /apply$/ });
    const lines = await apply('Apply');
    assert.equal(countApplyRequests(), 1);
    assert.deepEqual(lines.slice(1), ['status bar: Applied sequin.yaml to staging.']);
  });

  it('shows what remains after a lost response if Sequin hasn’t applied the file', async () => {
    emulator.fault({ reset: true, path: /apply$/ });
    const [, line] = await apply('Apply');
    assert.match(
      line ?? '',
      /^warning: .* Sequin may have applied the file or may still do so\. The plan shows what remains\.$/,
    );
    assert.match(shownTexts.at(-1) ?? '', /^1 created, 2 changed/);
  });
});
