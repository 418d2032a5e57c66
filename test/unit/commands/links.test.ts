import assert from 'node:assert/strict';
import { openLink } from '../../../src/commands/view/openLink.ts';
import { createPageLink, parsePageLink } from '../../../src/model/pageLink.ts';
import { apiWith, backfill, now, sink } from '../samples.ts';
import { TestClock } from '../TestClock.ts';
import { assertNoHostileText, hostileText } from '../text/hostileText.ts';
import { createContext } from './createContext.ts';
import { FakeUi } from './FakeUi.ts';
import { useConnections } from './useConnections.ts';

const base = 'vscode://sequin-for-vscode.sequin';
const { id: backfillId, sinkId } = backfill();
const ids = { sinkId, backfillId };

/** Parses a link as VS Code does before it calls the extension. */
function decode(link: string): { path: string; query: string } {
  const { pathname: path, search } = new URL(link);
  return { path, query: decodeURIComponent(search.slice(1)) };
}

describe('a link to a page', () => {
  const addresses = ['http://localhost:7376', 'https://example.com/a%20b&id=x=y/sequin', 'http://[::1]:7376'];
  for (const address of addresses) {
    it(`identifies a backfill on ${address}`, () => {
      const link = createPageLink(base, { address, ...ids });
      assert.deepEqual(parsePageLink(decode(link)), { address, ...ids });
    });

    it(`identifies a sink on ${address}`, () => {
      const link = createPageLink(base, { address, sinkId });
      assert.deepEqual(parsePageLink(decode(link)), { address, sinkId, backfillId: undefined });
    });
  }

  describe('that is opened', () => {
    const { servers, connect: connectTo } = useConnections();
    let ui: FakeUi;
    let opened: object[];
    let clock: TestClock;

    beforeEach(() => {
      clock = new TestClock(now);
      ui = new FakeUi();
      opened = [];
    });

    /** Connects to a server with sinks. Returns a function that replaces the sinks of the server. */
    function connect(
      id: string,
      address: string,
      ...sinkIds: readonly string[]
    ): (...newIds: readonly string[]) => void {
      let currentIds = sinkIds;
      const listSinks = () => {
        const items = currentIds.map((each) => ({ sink: sink({ id: each }), unfinishedBackfills: [] }));
        return Promise.resolve({ items, skipped: 0, serverTime: undefined });
      };
      const api = apiWith({ listSinks, getVersion: () => Promise.resolve(undefined) });
      connectTo({ url: address, token: '' }, { api, clock, connection: { id } });
      return (...newIds) => {
        currentIds = newIds;
      };
    }

    async function open(path: string, query: string): Promise<string[]> {
      const panels = { open: (ref: object) => opened.push(ref) };
      await openLink(createContext({ servers, ui, panels }), { path, query });
      return ui.takeLines();
    }

    it('opens the page of the backfill on the connection whose address the link contains', async () => {
      connect('a', 'http://localhost:1', sinkId);
      connect('b', 'http://localhost:2', sinkId);
      // A trailing slash and /api aren't a part of an address.
      await open('/backfill', `server=http://localhost:2/api/&sink=${sinkId}&id=${backfillId}`);
      assert.deepEqual(opened, [{ connectionId: 'b', ...ids }]);
    });

    it('opens the page of a sink', async () => {
      connect('a', 'http://localhost:1', sinkId);
      await open('/sink', `server=http://localhost:1&id=${sinkId.toUpperCase()}`);
      assert.deepEqual(opened, [{ connectionId: 'a', sinkId }]);
    });

    it('opens the page on the account that has the sink if several accounts have the same address', async () => {
      connect('a', 'http://localhost:1', 'other');
      connect('b', 'http://localhost:1', sinkId);
      await open('/backfill', `server=http://localhost:1&sink=${sinkId}&id=${backfillId}`);
      assert.deepEqual(opened, [{ connectionId: 'b', ...ids }]);
    });

    it('opens the page on the account that now has the sink, even if the last poll was 30 s ago', async () => {
      const setSinksOfA = connect('a', 'http://localhost:1', sinkId);
      const setSinksOfB = connect('b', 'http://localhost:1');
      const query = `server=http://localhost:1&id=${sinkId}`;
      await open('/sink', query);
      setSinksOfA();
      setSinksOfB(sinkId);
      await clock.advance(30_000);
      await open('/sink', query);
      assert.deepEqual(opened, [
        { connectionId: 'a', sinkId },
        { connectionId: 'b', sinkId },
      ]);
    });

    it('opens no page and adds no connection for an unknown server', async () => {
      const lines = await open('/backfill', `server=evil.example&sink=${sinkId}&id=${backfillId}`);
      assert.deepEqual(lines, ['warning: To open this link, connect to https://evil.example first.']);
      assert.deepEqual([servers.all, opened], [[], []]);
    });

    const server = 'server=http://localhost:1';
    const target = `sink=${sinkId}&id=${backfillId}`;
    const hostileLinks: readonly [title: string, path: string, query: string][] = [
      ['without a path', '/', ''],
      ['with another path', '/cancel', `${server}&${target}`],
      ['without an ID', '/backfill', `${server}&sink=${sinkId}`],
      ['without a sink ID', '/sink', server],
      ['with a path as the sink ID', '/sink', `${server}&id=../..`],
      ['with a path as the sink ID of a backfill', '/backfill', `${server}&sink=../..&id=${backfillId}`],
      ['with a path after the ID', '/backfill', `${server}&${target}/../x`],
      ['with a script as the server', '/backfill', `server=javascript:alert(1)&${target}`],
      ['with credentials', '/backfill', `server=https://user:password@localhost:1&${target}`],
      ['with hidden characters', '/backfill', `server=${hostileText}&${target}`],
      ['with a million characters', '/backfill', 'server='.padEnd(1_000_000, '&sink=')],
    ];
    for (const [title, path, query] of hostileLinks) {
      it(`shows a message instead of a page for a link ${title}`, async () => {
        connect('a', 'http://localhost:1', sinkId);
        const lines = await open(path, query);
        assert.equal(lines.length, 1);
        assertNoHostileText(lines, 'message');
        assert.deepEqual(opened, []);
      });
    }
  });
});
