import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBackfill, type Snapshot } from '../../../src/servers/Snapshot.ts';
import type { WriteOutcome } from '../../../src/servers/BackfillWriter.ts';
import type { Notification } from '../../../src/notifications/notification.ts';
import type { Clock } from '../../../src/shared/clock.ts';
import { setLocale } from '../../../src/text/format.ts';
import { backfill, now, sink } from '../samples.ts';
import { TestClock } from '../TestClock.ts';
import { Server, Window } from './Window.ts';

const minute = 60_000;
const completed = { state: 'completed', rowsProcessed: 200_000 } as const;
const done = 'public.orders → orders-kafka completed: 200,000 rows in 1 min 30 s.';

describe('notices', () => {
  let folder: string;
  let clock: TestClock;
  let server: Server;
  let windows: Window[];
  /** For how long the computer slept: no timer ran meanwhile. */
  let sleptMs: number;

  before(() => {
    setLocale('en', 'UTC');
  });
  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'sequin-')), 'told');
    clock = new TestClock(now);
    sleptMs = 0;
    server = new Server(laptop);
    server.backfills = [backfill({ id: 'a', updatedAt: now })];
    windows = [];
  });
  afterEach(async () => {
    for (const window of windows) {
      window.close();
    }
    await rm(join(folder, '..'), { recursive: true });
  });

  const laptop: Clock = {
    now: () => clock.now() + sleptMs,
    schedule: (delayMs, callback) => clock.schedule(delayMs, callback),
  };

  /** A window that is open, idle, and has had its first answer. */
  async function open(snapshot?: Snapshot): Promise<Window> {
    const window = new Window(server, laptop, folder, snapshot);
    windows.push(window);
    window.notifier.start();
    await clock.turn(0);
    return window;
  }

  /** Such a window that is signed in to several servers. */
  async function openAt(...servers: readonly Server[]): Promise<Window> {
    const window = new Window(servers, laptop, folder);
    windows.push(window);
    window.notifier.start();
    await clock.turn(0);
    return window;
  }

  const complete = (id = 'a') => {
    server.change(id, { ...completed, completedAt: laptop.now() });
  };

  describe('tell once', () => {
    it('what ended', async () => {
      const window = await open();
      await clock.turn(minute / 2);
      complete();
      await clock.turn(10 * minute);
      assert.deepEqual(window.messages, [done]);
    });

    it('in one of two windows', async () => {
      const [first, second] = [await open(), await open()];
      await clock.turn(minute / 2);
      complete();
      await clock.turn(10 * minute);
      assert.deepEqual([...first.messages, ...second.messages], [done]);
    });

    it('over a reload that forgot how far it had got', async () => {
      const before = await open();
      const kept = before.kept;
      await clock.turn(minute / 2);
      complete();
      await clock.turn(minute);
      before.close();
      const after = await open(kept);
      await clock.turn(10 * minute);
      assert.deepEqual(before.messages, [done]);
      assert.deepEqual(after.messages, []);
    });

    it('what ended while no window was open', async () => {
      const before = await open();
      before.close();
      await clock.turn(minute / 2);
      complete();
      const after = await open(before.kept);
      await clock.turn(minute);
      assert.deepEqual([...before.messages, ...after.messages], [done]);
    });

    it('over a sleep of eight hours', async () => {
      server.backfills = ['a', 'b'].map((id) => backfill({ id, updatedAt: now }));
      const windows = [await open(), await open()];
      await clock.turn(minute / 2);
      complete();
      sleptMs = 8 * 60 * minute;
      server.change('b', { rowsProcessed: 180_000 });
      await clock.turn(minute / 2);
      assert.deepEqual(
        windows.flatMap(({ messages }) => messages),
        [done],
      );
    });

    it('in each window, where the folder cannot be written', async () => {
      await writeFile(folder, 'a file in its place');
      const [first, second] = [await open(), await open()];
      await clock.turn(minute / 2);
      complete();
      await clock.turn(10 * minute);
      assert.deepEqual(first.messages, [done]);
      assert.deepEqual(second.messages, [done]);
    });

    it('a stall, where the folder cannot be written', async () => {
      await writeFile(folder, 'a file in its place');
      const window = await open();
      await clock.turn(30 * minute);
      assert.equal(window.messages.length, 1);
    });

    it('a stall, and another one of the same backfill', async () => {
      const [first, second] = [await open(), await open()];
      const messages = () => [...first.messages, ...second.messages];
      await clock.turn(30 * minute);
      assert.equal(messages().length, 1);
      assert.match(messages()[0] ?? '', /^public\.orders → orders-kafka is stalled\. /);
      for (const rowsProcessed of [110_000, 120_000, 130_000]) {
        server.change('a', { rowsProcessed });
        await clock.turn(minute / 2);
      }
      assert.equal(messages().length, 1);
      await clock.turn(30 * minute);
      assert.equal(messages().length, 2);
    });

    it('a stall, over a reload', async () => {
      const before = await open();
      await clock.turn(10 * minute);
      before.close();
      const after = await open(before.kept);
      await clock.turn(10 * minute);
      assert.deepEqual([before.messages.length, after.messages.length], [1, 0]);
    });
  });

  describe('tell nothing', () => {
    it('of what ended before it was first seen', async () => {
      complete();
      const window = await open();
      await clock.turn(10 * minute);
      assert.deepEqual(window.messages, []);
    });

    it('of a silence in which the server was not asked', async () => {
      const window = await open();
      window.close();
      await clock.turn(8 * 60 * minute);
      server.change('a', { rowsProcessed: 120_000 });
      const after = await open(window.kept);
      await clock.turn(minute / 2);
      assert.deepEqual(after.messages, []);
    });

    it('of a silence while the server cannot be reached', async () => {
      const window = await open();
      await clock.turn(20_000);
      server.reachable = false;
      await clock.turn(10 * minute);
      assert.deepEqual(window.messages, []);
    });

    it('of a sink that was paused a moment ago', async () => {
      const window = await open();
      await clock.turn(40_000);
      server.sink = sink({ status: 'paused' });
      await clock.turn(40_000);
      assert.equal(window.notices.length, 0);
      await clock.turn(minute);
      assert.match(window.messages.join(), /The sink is paused/);
    });

    describe('of a sink that was paused when it was last asked', () => {
      const paused = sink({ status: 'paused' });

      it('and is not after a sleep', async () => {
        server.sink = paused;
        const window = await open();
        server.sink = sink();
        sleptMs = 8 * 60 * minute;
        await clock.turn(minute);
        assert.deepEqual(window.messages, []);
      });

      it('nor in the next session, whatever is asked first', async () => {
        server.sink = paused;
        const before = await open();
        before.close();
        server.sink = sink();
        await clock.turn(60 * minute);
        const after = new Window(server, laptop, folder, before.kept);
        windows.push(after);
        await after.monitor.loadBackfillList(server.sink.id);
        await clock.turn(minute);
        assert.deepEqual(after.messages, []);
      });

      it('while the server cannot be reached', async () => {
        server.sink = paused;
        const window = await open();
        server.reachable = false;
        await clock.turn(10 * minute);
        await window.monitor.loadBackfillList(server.sink.id);
        await clock.turn(minute);
        assert.deepEqual(window.messages, []);
      });
    });

    it('of an end that this version does not know', async () => {
      const window = await open();
      server.change('a', { state: 'rewound' });
      await clock.turn(minute);
      assert.deepEqual(window.messages, []);
    });
  });

  describe('of a cancel', () => {
    const cancelled = 'public.orders → orders-kafka was cancelled after 94,000 rows.';
    let mine: Window;
    let other: Window;

    beforeEach(async () => {
      [mine, other] = [await open(), await open()];
    });

    /** Cancels it as the user does in a window. */
    function cancelIn({ monitor }: Window): Promise<WriteOutcome | undefined> {
      const known = findBackfill(monitor.snapshot, server.sink.id, 'a') ?? assert.fail('it is not known');
      return monitor.changeBackfill(known, 'cancel');
    }

    const stateIn = ({ monitor }: Window) => findBackfill(monitor.snapshot, server.sink.id, 'a')?.state;

    it('tell nobody who cancelled it here, in no window', async () => {
      const cancel = cancelIn(mine);
      await clock.turn(10 * minute);
      assert.equal((await cancel)?.kind, 'done');
      assert.deepEqual([stateIn(mine), stateIn(other)], ['cancelled', 'cancelled']);
      assert.deepEqual([mine.messages, other.messages], [[], []]);
    });

    it('nor where a list tells of it before its own answer comes', async () => {
      server.writeMs = 10_000;
      const cancel = cancelIn(mine);
      await mine.monitor.refresh();
      assert.equal(stateIn(mine), 'cancelled');
      await clock.turn(10 * minute);
      assert.equal((await cancel)?.kind, 'done');
      assert.deepEqual([mine.messages, other.messages], [[], []]);
    });

    it('nor where another window hears of it before', async () => {
      server.writeMs = 10_000;
      const cancel = cancelIn(mine);
      await clock.turn(0);
      await other.monitor.refresh();
      assert.equal(stateIn(other), 'cancelled');
      await clock.turn(10 * minute);
      assert.equal((await cancel)?.kind, 'done');
      assert.deepEqual([mine.messages, other.messages], [[], []]);
    });

    it('tell of somebody else’s after one’s own was not done', async () => {
      server.reachable = false;
      const cancel = cancelIn(mine);
      await clock.turn(10_000);
      assert.notEqual((await cancel)?.kind, 'done');
      server.reachable = true;
      server.change('a', { state: 'cancelled' });
      await clock.turn(10 * minute);
      assert.deepEqual([...mine.messages, ...other.messages], [cancelled]);
    });

    it('nor in a session that hears of it later', async () => {
      other.close();
      const cancel = cancelIn(mine);
      await clock.turn(0);
      await cancel;
      mine.close();
      const later = await open(other.kept);
      await clock.turn(10 * minute);
      assert.equal(stateIn(later), 'cancelled');
      assert.deepEqual([...mine.messages, ...later.messages], []);
    });

    it('tell of somebody else’s, once', async () => {
      server.change('a', { state: 'cancelled' });
      await clock.turn(10 * minute);
      assert.deepEqual([...mine.messages, ...other.messages], [cancelled]);
    });

    it('tell of somebody else’s although one was paused here', async () => {
      const pause = mine.monitor.changeBackfill(server.backfills[0] ?? assert.fail(), 'pause');
      await clock.turn(0);
      await pause;
      server.change('a', { state: 'cancelled' });
      await mine.monitor.refresh();
      await clock.turn(10 * minute);
      assert.deepEqual([...mine.messages, ...other.messages], [cancelled]);
    });

    it('tell that it had completed by then', async () => {
      await clock.turn(minute / 2);
      complete();
      const cancel = cancelIn(mine);
      await clock.turn(10 * minute);
      assert.equal((await cancel)?.kind, 'notDone');
      assert.deepEqual([...mine.messages, ...other.messages], [done]);
    });
  });

  describe('have the weight and the buttons of what they tell', () => {
    async function noticeOf(change: () => void): Promise<Notification> {
      const window = await open();
      change();
      await clock.turn(2 * minute);
      return window.notices[0] ?? assert.fail('nothing was told');
    }
    const labels = ({ buttons }: { buttons: readonly { label: string }[] }) =>
      buttons.map(({ label }) => label);

    it('completed', async () => {
      const notice = await noticeOf(complete);
      assert.equal(notice.severity, 'information');
      assert.deepEqual(notice.buttons, [
        {
          label: 'Open',
          command: 'sequin.openBackfill',
          target: {
            kind: 'backfill',
            address: 'http://localhost:7376',
            sinkId: server.sink.id,
            backfillId: 'a',
          },
        },
      ]);
    });

    it('completed while a check of the sink fails', async () => {
      const check = { name: 'Message delivery', status: 'error', error: 'status 500' };
      const notice = await noticeOf(() => {
        server.sink = sink({ health: { status: 'error', checks: [check] } });
        complete();
      });
      assert.equal(notice.severity, 'warning');
      assert.match(notice.message, /completed, but 1 check of the sink fails/);
      assert.deepEqual(labels(notice), ['Open', 'Open in Console']);
    });

    it('cancelled', async () => {
      const notice = await noticeOf(() => {
        server.change('a', { state: 'cancelled' });
      });
      assert.equal(notice.severity, 'information');
      assert.deepEqual(labels(notice), ['Open']);
    });

    it('failed', async () => {
      const notice = await noticeOf(() => {
        server.change('a', { state: 'failed' });
      });
      assert.equal(notice.severity, 'error');
      assert.deepEqual(labels(notice), ['Open', 'Open in Console']);
    });

    it('stalled', async () => {
      const notice = await noticeOf(() => {
        server.sink = sink({ status: 'disabled' });
      });
      assert.equal(notice.severity, 'warning');
      assert.deepEqual(labels(notice), ['Open', 'Open in Console']);
    });
  });

  it('that come at once are one', async () => {
    server.backfills = ['a', 'b', 'c', 'd'].map((id) => backfill({ id, updatedAt: now }));
    const window = await open();
    ['a', 'b', 'c'].forEach(complete);
    server.change('d', { state: 'failed' });
    await clock.turn(minute);
    assert.deepEqual(window.notices, [
      {
        severity: 'error',
        message: '3 backfills completed, 1 failed.',
        buttons: [{ label: 'Show', command: 'sequin.sinks.focus' }],
      },
    ]);
  });

  describe('are as many as the user wants', () => {
    it('only problems', async () => {
      server.backfills = ['a', 'b'].map((id) => backfill({ id, updatedAt: now }));
      const window = await open();
      window.setting = 'problems';
      complete('a');
      server.change('b', { state: 'failed' });
      await clock.turn(minute);
      assert.deepEqual(window.messages, ['public.orders → orders-kafka failed after 94,000 rows.']);
    });

    it('none, and then the server is not asked for them', async () => {
      const window = await open();
      window.setting = 'off';
      window.notifier.updateWatches();
      server.change('a', { state: 'failed' });
      const { asked } = server;
      await clock.turn(60 * minute);
      assert.equal(server.asked, asked);
      await window.monitor.refresh();
      await clock.turn(minute);
      assert.deepEqual(window.messages, []);
    });

    it('and begin again with the setting', async () => {
      const window = await open();
      window.setting = 'off';
      window.notifier.updateWatches();
      await clock.turn(minute);
      window.setting = 'all';
      window.notifier.updateWatches();
      complete();
      await clock.turn(minute);
      assert.equal(window.messages.length, 1);
    });
  });

  it('ask the server for nothing before the window is idle, nor once it is closed', async () => {
    const window = new Window(server, laptop, folder);
    await clock.turn(60 * minute);
    assert.equal(server.asked, 0);
    window.notifier.start();
    await clock.turn(0);
    assert.equal(server.asked, 1);
    window.close();
    await clock.turn(60 * minute);
    assert.equal(server.asked, 1);
    assert.ok(clock.idle);
  });

  it('tell of what somebody saw to before the window was idle', async () => {
    const window = new Window(server, laptop, folder);
    windows.push(window);
    await window.monitor.refresh();
    complete();
    await window.monitor.refresh();
    await clock.turn(minute);
    assert.equal(window.messages.length, 1);
  });

  describe('of a refused token', () => {
    const refused: Notification = {
      severity: 'warning',
      message: 'localhost:7376 refused the token.',
      buttons: [
        {
          label: 'Enter Token',
          command: 'sequin.enterToken',
          target: { address: 'http://localhost:7376' },
        },
      ],
    };

    beforeEach(() => {
      // One that has no reason to be told of itself.
      server.backfills = [backfill({ id: 'a', state: 'paused', updatedAt: now })];
    });

    const noticesOf = (...all: readonly Window[]) => all.flatMap(({ notices }) => notices);

    it('are one, however many requests it was refused for', async () => {
      const window = await open();
      server.takesToken = false;
      const { monitor } = window;
      await Promise.all([
        monitor.refresh(),
        monitor.loadBackfillList(server.sink.id),
        monitor.changeBackfill(server.backfills[0] ?? assert.fail(), 'resume'),
      ]);
      await clock.turn(10 * minute);
      await monitor.refresh();
      await monitor.refresh();
      assert.deepEqual(window.notices, [refused]);
    });

    it('come at once', async () => {
      const window = await open();
      server.takesToken = false;
      await window.monitor.refresh();
      assert.deepEqual(window.notices, [refused]);
    });

    it('are one in each window, where the folder cannot be written', async () => {
      await writeFile(folder, 'a file in its place');
      const both = [await open(), await open()];
      server.takesToken = false;
      await clock.turn(10 * minute);
      for (const { monitor } of both) {
        await monitor.refresh();
        await monitor.refresh();
      }
      assert.deepEqual(
        both.map(({ notices }) => notices),
        [[refused], [refused]],
      );
    });

    it('are one over two windows', async () => {
      const both = [await open(), await open()];
      server.takesToken = false;
      await clock.turn(60 * minute);
      assert.deepEqual(noticesOf(...both), [refused]);
    });

    it('are one over reloads', async () => {
      const before = await open();
      server.takesToken = false;
      await clock.turn(minute);
      before.close();
      const after = await open(before.kept);
      await clock.turn(10 * minute);
      const later = await open();
      await clock.turn(10 * minute);
      assert.deepEqual(noticesOf(before, after, later), [refused]);
    });

    it('come again once the server took a token and refuses it later', async () => {
      const both = [await open(), await open()];
      for (let round = 1; round <= 3; round += 1) {
        server.takesToken = false;
        await clock.turn(10 * minute);
        assert.deepEqual(noticesOf(...both), Array<Notification>(round).fill(refused));
        server.takesToken = true;
        await Promise.all(both.map(({ monitor }) => monitor.refresh()));
        await clock.turn(10 * minute);
      }
    });

    it('come again for another token, which has another monitor', async () => {
      const window = await open();
      server.takesToken = false;
      await clock.turn(minute);
      server.takesToken = true;
      window.signIn([server]);
      await clock.turn(minute);
      server.takesToken = false;
      await clock.turn(minute);
      assert.deepEqual(window.notices, [refused, refused]);
    });

    it('come again after a reload in which it was taken', async () => {
      const before = await open();
      server.takesToken = false;
      await clock.turn(minute);
      before.close();
      server.takesToken = true;
      const after = await open();
      server.takesToken = false;
      await clock.turn(minute);
      assert.deepEqual(noticesOf(before, after), [refused, refused]);
    });

    it('come not again for a server that was away meanwhile, nor for what the last session knew', async () => {
      const window = await open();
      server.takesToken = false;
      await clock.turn(minute);
      server.takesToken = true;
      server.reachable = false;
      await window.monitor.refresh();
      window.close();
      const after = await open(window.kept);
      server.reachable = true;
      server.takesToken = false;
      await after.monitor.refresh();
      await clock.turn(10 * minute);
      assert.deepEqual(noticesOf(window, after), [refused]);
    });

    it('are none where the user wants none, and one once they do', async () => {
      const window = await open();
      window.setting = 'off';
      server.takesToken = false;
      await window.monitor.refresh();
      assert.deepEqual(window.notices, []);
      window.setting = 'problems';
      await window.monitor.refresh();
      assert.deepEqual(window.notices, [refused]);
    });

    it('name the server that it is', async () => {
      const other = new Server(laptop, 'https://shop.example');
      const window = await openAt(server, other);
      other.takesToken = false;
      await clock.turn(minute);
      server.takesToken = false;
      await clock.turn(minute);
      assert.deepEqual(window.notices, [
        {
          ...refused,
          message: 'shop.example refused the token.',
          buttons: [{ ...refused.buttons[0], target: { address: 'https://shop.example' } }],
        },
        refused,
      ]);
    });
  });

  describe('of several servers', () => {
    let shop: Server;

    beforeEach(() => {
      shop = new Server(laptop, 'https://shop.example');
      shop.backfills = [backfill({ id: 'a', updatedAt: now })];
    });

    it('name the server, and lead to it', async () => {
      const window = await openAt(server, shop);
      await clock.turn(minute / 2);
      shop.change('a', { ...completed, completedAt: laptop.now() });
      await clock.turn(minute / 2);
      assert.deepEqual(window.notices, [
        {
          severity: 'information',
          message: `shop.example: ${done}`,
          buttons: [
            {
              label: 'Open',
              command: 'sequin.openBackfill',
              target: {
                kind: 'backfill',
                address: 'https://shop.example',
                sinkId: shop.sink.id,
                backfillId: 'a',
              },
            },
          ],
        },
      ]);
    });

    it('name it as plain text', async () => {
      const window = await openAt(server, shop);
      const monitor = window.servers.getMonitor(shop.address) ?? assert.fail();
      monitor.updateConnection({ ...monitor.connection, name: 'a\n[x](command:y)' });
      await clock.turn(minute / 2);
      shop.change('a', { ...completed, completedAt: laptop.now() });
      await clock.turn(minute / 2);
      assert.deepEqual(window.messages, [`a [x] (command:y): ${done}`]);
    });

    it('name none where the other one is gone', async () => {
      const window = await openAt(server, shop);
      window.signIn([shop]);
      await clock.turn(minute / 2);
      shop.change('a', { ...completed, completedAt: laptop.now() });
      await clock.turn(minute / 2);
      assert.deepEqual(window.messages, [done]);
    });

    it('tell backfills of one id apart', async () => {
      const window = await openAt(server, shop);
      await clock.turn(minute / 2);
      complete();
      shop.change('a', { ...completed, completedAt: laptop.now() });
      for (const monitor of window.servers.monitors) {
        await monitor.refresh();
        await clock.turn(2_000);
      }
      assert.deepEqual(window.messages, [`localhost:7376: ${done}`, `shop.example: ${done}`]);
    });

    it('are one for what happens at two of them at once', async () => {
      const window = await openAt(server, shop);
      await clock.turn(minute / 2);
      complete();
      shop.change('a', { state: 'failed' });
      await window.servers.monitors[0]?.refresh();
      await window.servers.monitors[1]?.refresh();
      await clock.turn(minute);
      assert.deepEqual(window.notices, [
        {
          severity: 'error',
          message: '1 backfill completed, 1 failed.',
          buttons: [{ label: 'Show', command: 'sequin.sinks.focus' }],
        },
      ]);
    });

    it('are of each of them, in the background', async () => {
      const third = new Server(laptop, 'https://third.example');
      const window = await openAt(server, shop);
      assert.deepEqual([server.asked, shop.asked, third.asked], [1, 1, 0]);
      await clock.turn(minute);
      assert.deepEqual([server.asked, shop.asked, third.asked], [4, 4, 0]);
      window.signIn([shop, third]);
      await clock.turn(0);
      const asked = [server.asked, shop.asked, third.asked];
      assert.deepEqual(asked, [4, 5, 1]);
      await clock.turn(10 * minute);
      assert.equal(server.asked, 4);
      assert.ok(shop.asked > 10 && third.asked > 10);
      window.setting = 'off';
      window.notifier.updateWatches();
      const before = shop.asked;
      await clock.turn(60 * minute);
      assert.equal(shop.asked, before);
    });

    it('go on of one while another one is away', async () => {
      const window = await openAt(server, shop);
      shop.reachable = false;
      await clock.turn(minute / 2);
      complete();
      await clock.turn(minute / 2);
      assert.deepEqual(window.messages, [`localhost:7376: ${done}`]);
    });
  });
});
