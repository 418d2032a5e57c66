import assert from 'node:assert/strict';
import { setLocale } from '../../../src/text/format.ts';
import {
  describeListMessage,
  describeStaleness,
  type ListMessage,
  type ListMessageText,
} from '../../../src/text/listMessageText.ts';
import { now } from '../samples.ts';

/** Every message with its text in the list of sinks and in a list of backfills. */
const messages: {
  readonly [K in ListMessage['kind']]: readonly [
    message: Extract<ListMessage, { kind: K }>,
    sinks: ListMessageText,
    backfills?: ListMessageText,
  ];
} = {
  loading: [{ kind: 'loading' }, { text: 'Loading sinks…' }, { text: 'Loading backfills…' }],
  empty: [
    { kind: 'empty' },
    {
      text: 'No sinks yet',
      action: { label: 'Create a Sink in the Console', id: 'openInConsole' },
    },
    { text: 'No backfills yet', action: { label: 'Start Backfill…', id: 'startBackfill' } },
  ],
  help: [{ kind: 'help', topic: 'token' }, { text: 'Learn how to create an API token' }],
  signedOut: [
    { kind: 'signedOut' },
    { text: 'Signed out', action: { label: 'Enter Token', id: 'enterToken' } },
  ],
  invalidAddress: [
    { kind: 'invalidAddress', problem: 'scheme' },
    {
      text: 'The address must begin with http:// or https://',
      action: { label: 'Change Address', id: 'changeAddress' },
    },
  ],
  failed: [
    { kind: 'failed', failure: { kind: 'unauthorized' } },
    { text: 'Shop rejected the API token.', action: { label: 'Enter Token', id: 'enterToken' } },
  ],
  more: [
    { kind: 'more', hiddenCount: 1200 },
    { text: '1,200 older', action: { label: 'Show More', id: 'showMore' } },
  ],
  hidden: [
    { kind: 'hidden', hiddenCount: 1200 },
    {
      text: '1,200 sinks without a backfill in progress are hidden',
      action: { label: 'Show All', id: 'showFinished' },
    },
    { text: '1,200 finished backfills are hidden', action: { label: 'Show All', id: 'showFinished' } },
  ],
  skipped: [
    { kind: 'skipped', sinks: 1, backfills: 1200 },
    {
      text: '1 sink couldn’t be read · 1,200 backfills couldn’t be read',
      action: { label: 'Show Log', id: 'showLog' },
    },
  ],
};

describe('listMessageText', () => {
  before(() => {
    setLocale('en', 'UTC');
  });

  for (const [kind, [message, sinks, backfills = sinks]] of Object.entries(messages)) {
    it(`describes a message and, if it has one, its action: ${kind}`, () => {
      assert.deepEqual(describeListMessage(message, 'sinks', 'Shop'), sinks);
      assert.deepEqual(describeListMessage(message, 'backfills', 'Shop'), backfills);
    });
  }

  it('describes a list of databases that is loading', () => {
    assert.deepEqual(describeListMessage({ kind: 'loading' }, 'databases', 'Shop'), {
      text: 'Loading databases…',
    });
  });

  it('uses the singular for one hidden item', () => {
    const describe = (list: 'sinks' | 'backfills') =>
      describeListMessage({ kind: 'hidden', hiddenCount: 1 }, list, 'Shop').text;
    assert.equal(describe('sinks'), '1 sink without a backfill in progress is hidden');
    assert.equal(describe('backfills'), '1 finished backfill is hidden');
  });

  it('lists only the kinds of items that couldn’t be read', () => {
    const describe = (counts: Omit<Extract<ListMessage, { kind: 'skipped' }>, 'kind'>) =>
      describeListMessage({ kind: 'skipped', ...counts }, 'sinks', 'Shop').text;
    assert.equal(describe({ sinks: 2, backfills: 0 }), '2 sinks couldn’t be read');
    assert.equal(describe({ sinks: 0, backfills: 1 }), '1 backfill couldn’t be read');
    assert.equal(describe({ databases: 1 }), '1 database couldn’t be read');
    assert.equal(describe({ databases: 1_200 }), '1,200 databases couldn’t be read');
  });

  it('shows when data was updated if that is 30 s or more before or after now, with the date from 12 h on', () => {
    for (const [ageMs, expected] of [
      [29_999, ''],
      [30_000, 'Updated 11:59:30 AM'],
      [12 * 3600_000 - 1000, 'Updated 12:00:01 AM'],
      [12 * 3600_000, 'Updated Jun 15, 2026, 12:00:00 AM'],
      [-29_999, ''],
      [-60_000, 'Updated 12:01:00 PM'],
      [-12 * 3600_000, 'Updated Jun 16, 2026, 12:00:00 AM'],
    ] as const) {
      const load = { loadedAt: now - ageMs, failure: undefined };
      const text = describeStaleness(load, 'Shop', now);
      assert.equal(text.replace(/\s/g, ' '), expected);
    }
  });

  it('shows when stale data was updated, why it is stale, and when the next attempt is', () => {
    const minute = 60_000;
    const load = { loadedAt: now - minute, failure: undefined };
    const describeStale = (changes: object) => describeStaleness({ ...load, ...changes }, 'Shop', now);
    const failure = { kind: 'unauthorized' } as const;
    // Intl puts a narrow no-break space before AM and PM.
    const normalizeSpaces = (text: string) => text.replace(/\s/g, ' ');
    assert.equal(describeStale({ loadedAt: undefined, failure }), '');
    assert.equal(
      normalizeSpaces(describeStale({ fromCache: true })),
      'Stale (updated 11:59:00 AM) · refreshing…',
    );
    assert.equal(
      normalizeSpaces(describeStale({ failure })),
      'Updated 11:59:00 AM · Shop rejected the API token.',
    );
    assert.equal(
      normalizeSpaces(describeStale({ failure, retryAt: now + minute })),
      'Updated 11:59:00 AM · Shop rejected the API token. Retrying at 12:01:00 PM.',
    );
    const otherHost = { kind: 'tls', reason: 'hostMismatch', names: ['a.example', 'b.example'] } as const;
    assert.match(
      normalizeSpaces(describeStale({ failure: otherHost, retryAt: now + minute })),
      / for: a\.example, b\.example\. Retrying at 12:01:00 PM\.$/,
    );
    assert.equal(
      normalizeSpaces(describeStale({ failure, retryAt: now })),
      'Updated 11:59:00 AM · Shop rejected the API token.',
      'the time of the next attempt has passed',
    );
  });
});
