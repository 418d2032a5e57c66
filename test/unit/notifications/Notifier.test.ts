import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Notification } from '../../../src/notifications/notification.ts';
import { findAlerts } from '../../../src/servers/alerts.ts';
import { findBackfill, type Snapshot } from '../../../src/servers/Snapshot.ts';
import type { WriteOutcome } from '../../../src/servers/WriteSender.ts';
import type { Clock } from '../../../src/shared/clock.ts';
import { setLocale } from '../../../src/text/format.ts';
import { backfill, now, sink } from '../samples.ts';
import { TestClock } from '../TestClock.ts';
import { ServerStub, WindowStub } from './WindowStub.ts';

const minute = 60_000;
const completed = { state: 'completed', rowsProcessed: 200_000 } as const;
const completedMessage = 'public.orders → orders-kafka completed: 200,000 rows in 1 min 30 s.';

describe('Notifier', () => {
  let folder: string;
  let clock: TestClock;
  let server: ServerStub;
  let windows: WindowStub[];
  /** How long the machine has slept, in ms. Timers didn't run during that time. */
  let sleptMs: number;

  before(() => {
    setLocale('en', 'UTC');
  });
  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'sequin-')), 'notified');
    clock = new TestClock(now);
    sleptMs = 0;
    server = new ServerStub(sleepingClock);
    server.backfills = [backfill({ id: 'a', updatedAt: now })];
    windows = [];
  });
  afterEach(async () => {
    for (const window of windows) {
      window.close();
    }
    await rm(join(folder, '..'), { recursive: true });
  });

  const sleepingClock: Clock = {
    now: () => clock.now() + sleptMs,
    monotonicNow: () => clock.monotonicNow() + sleptMs,
    schedule: (delayMs, callback) => clock.schedule(delayMs, callback),
  };

  /** Opens a window that has finished its startup and has received its first response. */
  async function open(snapshot?: Snapshot): Promise<WindowStub> {
    const window = new WindowStub(server, sleepingClock, folder, snapshot);
    windows.push(window);
    window.notifier.start();
    await clock.advance(0);
    return window;
  }

  /**
   * Opens a window that is signed in to several servers, has finished its startup, and has received their first
   * responses.
   */
  async function openWith(...servers: readonly ServerStub[]): Promise<WindowStub> {
    const window = new WindowStub(servers, sleepingClock, folder);
    windows.push(window);
    window.notifier.start();
    await clock.advance(0);
    return window;
  }

  const complete = (id = 'a') => {
    server.updateBackfill(id, { ...completed, completedAt: sleepingClock.now() });
  };

  describe('with a queue', () => {
    const ids = ['a', 'b', 'c'];

    /** Opens a window with a queue of three running backfills, and lets them finish in the given states. */
    async function finishQueue(...states: readonly string[]): Promise<WindowStub> {
      server.backfills = ids.map((id) => backfill({ id, updatedAt: now }));
      const window = await open();
      const [monitor] = window.servers.monitors;
      monitor?.queue.add(server.backfills, 3);
      for (const [index, id] of ids.entries()) {
        await clock.advance(minute / 3);
        server.updateBackfill(id, { state: states[index] ?? '', rowsProcessed: 200_000 });
      }
      await clock.advance(10 * minute);
      return window;
    }

    it('notifies once when all backfills have completed', async () => {
      const { notifications } = await finishQueue('completed', 'completed', 'completed');
      assert.deepEqual(notifications, [
        {
          severity: 'information',
          message: 'The queue has finished: 3 backfills completed.',
          buttons: [{ label: 'Show Sinks', command: 'sequin.sinks.focus' }],
        },
      ]);
    });

    it('notifies only in the window that observes the end of the queue', async () => {
      const ids = Array.from({ length: 8 }, (_, index) => String(index));
      server.backfills = ids.map((id) => backfill({ id, updatedAt: now }));
      const [first, second] = [await open(), await open()];
      first.monitor.queue.add(server.backfills, ids.length);
      for (const id of ids.slice(1)) {
        complete(id);
        await second.monitor.refresh();
        await clock.advance(2_000);
        await first.monitor.refresh();
        await clock.advance(2_000);
      }
      complete('0');
      await first.monitor.refresh();
      assert.equal(first.monitor.snapshot.queue, undefined, 'the queue has ended');
      await second.monitor.refresh();
      await clock.advance(10 * minute);
      assert.deepEqual(
        [first.messages, second.messages],
        [['The queue has finished: 8 backfills completed.'], []],
      );
    });

    it('notifies about a backfill that completed just before the user stopped the queue', async () => {
      server.backfills = ['a', 'b'].map((id) => backfill({ id, updatedAt: now }));
      const window = await open();
      window.monitor.queue.add(server.backfills, 2);
      complete('a');
      await window.monitor.refresh();
      window.monitor.queue.stop();
      await clock.advance(minute);
      assert.deepEqual(window.messages, ['public.orders → orders-kafka completed: 200,000 rows in 1 min.']);
    });

    it('notifies about a failed backfill before the queue has finished', async () => {
      const { messages } = await finishQueue('failed', 'completed', 'completed');
      assert.deepEqual(messages, [
        'public.orders → orders-kafka failed after 200,000 rows.',
        'The queue has finished: 2 backfills completed, 1 failed.',
      ]);
    });
  });

  describe('when a backfill completes', () => {
    it('notifies once', async () => {
      const window = await open();
      await clock.advance(minute / 2);
      complete();
      await clock.advance(10 * minute);
      assert.deepEqual(window.messages, [completedMessage]);
    });

    it('notifies once across two windows of the same server', async () => {
      const [first, second] = [await open(), await open()];
      await clock.advance(minute / 2);
      complete();
      await clock.advance(10 * minute);
      assert.deepEqual([...first.messages, ...second.messages], [completedMessage]);
    });

    it('notifies once across a reload that restores a snapshot from before the completion', async () => {
      const before = await open();
      const savedSnapshot = before.savedSnapshot;
      await clock.advance(minute / 2);
      complete();
      await clock.advance(minute);
      before.close();
      const after = await open(savedSnapshot);
      await clock.advance(10 * minute);
      assert.deepEqual(before.messages, [completedMessage]);
      assert.deepEqual(after.messages, []);
    });

    it('notifies once, in the next session, if no window is open', async () => {
      const before = await open();
      before.close();
      await clock.advance(minute / 2);
      complete();
      const after = await open(before.savedSnapshot);
      await clock.advance(minute);
      assert.deepEqual([...before.messages, ...after.messages], [completedMessage]);
    });

    it('notifies once if the machine then sleeps for eight hours', async () => {
      server.backfills = ['a', 'b'].map((id) => backfill({ id, updatedAt: now }));
      const windows = [await open(), await open()];
      await clock.advance(minute / 2);
      complete();
      sleptMs = 8 * 60 * minute;
      server.updateBackfill('b', { rowsProcessed: 180_000 });
      await clock.advance(minute / 2);
      assert.deepEqual(
        windows.flatMap(({ messages }) => messages),
        [completedMessage],
      );
    });

    it('notifies once per window if the lock folder is not writable', async () => {
      await writeFile(folder, 'a file in its place');
      const [first, second] = [await open(), await open()];
      await clock.advance(minute / 2);
      complete();
      await clock.advance(10 * minute);
      assert.deepEqual(first.messages, [completedMessage]);
      assert.deepEqual(second.messages, [completedMessage]);
    });

    it('does not notify about the completion or a stall if the backfill is sample data', async () => {
      server.isSample = true;
      const window = await open();
      server.sink = sink({ status: 'paused' });
      await clock.advance(5 * minute);
      complete();
      await clock.advance(5 * minute);
      assert.deepEqual(window.messages, []);
    });

    it('does not notify if the backfill’s page is visible', async () => {
      server.backfills = ['a', 'b'].map((id) => backfill({ id, updatedAt: now }));
      const window = await open();
      window.shownBackfillId = 'a';
      await clock.advance(minute / 2);
      complete('a');
      complete('b');
      await clock.advance(minute);
      assert.deepEqual(window.messages, [completedMessage]);
    });
  });

  describe('when a backfill stalls', () => {
    it('notifies only in a later session if the stall began long before the first contact with the server', async () => {
      server.backfills = [backfill({ id: 'a', updatedAt: now - 19 * 60 * minute })];
      const window = await open();
      await clock.advance(30 * minute);
      assert.deepEqual(window.messages, []);
      window.close();
      const later = await open(window.savedSnapshot);
      await clock.advance(30 * minute);
      assert.equal(later.messages.length, 1);
    });

    it('notifies once even if the lock folder is not writable', async () => {
      await writeFile(folder, 'a file in its place');
      const window = await open();
      await clock.advance(30 * minute);
      assert.equal(window.messages.length, 1);
    });

    it('notifies in no window if the user paused the sink, but in one window if someone else paused it later', async () => {
      const [first, second] = [await open(), await open()];
      const listMessages = () => [...first.messages, ...second.messages];
      const pause = first.monitor.changeSink(server.sink.id, 'pauseSink');
      await clock.advance(10_000);
      assert.equal((await pause)?.kind, 'done');
      // The last page arrives after the pause.
      server.updateBackfill('a', { rowsProcessed: 110_000 });
      await clock.advance(10 * minute);
      assert.deepEqual(listMessages(), []);
      server.sink = sink();
      for (const rowsProcessed of [120_000, 130_000]) {
        server.updateBackfill('a', { rowsProcessed });
        await clock.advance(minute / 2);
      }
      server.sink = sink({ status: 'paused' });
      await clock.advance(2 * minute);
      assert.equal(listMessages().length, 1);
      assert.match(listMessages()[0] ?? '', /^public\.orders → orders-kafka is stalled\. The sink is paused/);
    });

    it('remembers that the user paused the sink even if the lock files are deleted', async () => {
      const window = await open();
      const pause = window.monitor.changeSink(server.sink.id, 'pauseSink');
      await clock.advance(10 * minute);
      assert.equal((await pause)?.kind, 'done');
      await rm(folder, { recursive: true });
      await clock.advance(10 * minute);
      assert.deepEqual(window.messages, []);
    });

    it('does not notify if the user resumed the sink and paused it again within a minute', async () => {
      const window = await open();
      for (const action of ['pauseSink', 'resumeSink', 'pauseSink'] as const) {
        const change = window.monitor.changeSink(server.sink.id, action);
        await clock.advance(20_000);
        assert.equal((await change)?.kind, 'done');
      }
      // The last page arrives after the second pause, and more than a minute after the first one.
      await clock.advance(20_000);
      server.updateBackfill('a', { rowsProcessed: 110_000 });
      await clock.advance(10 * minute);
      assert.deepEqual(window.messages, []);
    });

    it('does not notify if the user’s own pause of the sink takes effect after its response was lost', async () => {
      const window = await open();
      server.losesWrites = true;
      const pause = window.monitor.changeSink(server.sink.id, 'pauseSink');
      await clock.advance(10_000);
      assert.equal((await pause)?.kind, 'unconfirmed');
      server.sink = sink({ status: 'paused' });
      await clock.advance(10 * minute);
      assert.deepEqual(window.messages, []);
    });

    it('does not notify if the user’s own pause of the sink takes effect after the token was replaced', async () => {
      const window = await open();
      server.losesWrites = true;
      const pause = window.monitor.changeSink(server.sink.id, 'pauseSink');
      await clock.advance(0);
      window.signIn([server], window.savedSnapshot);
      await clock.advance(10_000);
      await pause;
      server.sink = sink({ status: 'paused' });
      await clock.advance(10 * minute);
      assert.deepEqual(window.messages, []);
    });

    it('notifies if someone else paused the sink after the user’s own attempt had failed', async () => {
      const window = await open();
      server.isReachable = false;
      const pause = window.monitor.changeSink(server.sink.id, 'pauseSink');
      await clock.advance(10_000);
      assert.equal((await pause)?.kind, 'failed');
      server.isReachable = true;
      server.sink = sink({ status: 'paused' });
      await clock.advance(10 * minute);
      assert.equal(window.messages.length, 1);
      assert.match(window.messages[0] ?? '', /The sink is paused/);
    });

    it('notifies about a second stall of the same backfill only after an hour', async () => {
      const [first, second] = [await open(), await open()];
      const listMessages = () => [...first.messages, ...second.messages];
      await clock.advance(30 * minute);
      assert.equal(listMessages().length, 1);
      assert.match(listMessages()[0] ?? '', /^public\.orders → orders-kafka is stalled\. /);
      for (const rowsProcessed of [110_000, 120_000, 130_000]) {
        server.updateBackfill('a', { rowsProcessed });
        await clock.advance(minute / 2);
      }
      await clock.advance(20 * minute);
      assert.equal(listMessages().length, 1);
      await clock.advance(30 * minute);
      assert.equal(listMessages().length, 2);
      assert.match(listMessages()[1] ?? '', /^public\.orders → orders-kafka stalls repeatedly\. /);
      await clock.advance(5 * 60 * minute);
      assert.equal(listMessages().length, 2);
    });

    /**
     * Lets deliveries succeed and fail in turn, for 4 minutes each, during two hours. Returns the messages of the
     * windows.
     */
    async function failEveryFewMinutes(...openWindows: readonly WindowStub[]): Promise<string[]> {
      const failing = { name: 'Message delivery', status: 'error', error: 'status 503' };
      for (let round = 0; round < 30; round += 1) {
        const isFailing = round % 2 === 1;
        server.sink = sink(isFailing ? { health: { status: 'error', checks: [failing] } } : {});
        for (let page = 0; page < 16; page += 1) {
          if (!isFailing || page % 8 === 0) {
            const rowsProcessed = Number(server.backfills[0]?.rowsProcessed) + 100;
            server.updateBackfill('a', { rowsProcessed });
          }
          await clock.advance(minute / 4);
        }
      }
      return openWindows.flatMap(({ messages }) => messages);
    }

    it('notifies at most once an hour if the destination fails every few minutes', async () => {
      const messages = await failEveryFewMinutes(await open(), await open());
      const [first = '', second = '', ...others] = messages;
      assert.match(first, /is stalled\. /);
      assert.match(second, /stalls repeatedly\. /);
      assert.deepEqual(others, []);
    });

    it('notifies at most once an hour if the destination fails every few minutes and the lock folder is not writable', async () => {
      await writeFile(folder, 'a file in its place');
      assert.equal((await failEveryFewMinutes(await open())).length, 2);
    });

    it('changes the counts in the badge and the status bar only three times if the destination fails every few minutes', async () => {
      const window = await open();
      const counts: number[] = [];
      const { monitor } = window;
      const subscription = monitor.onDidChange(() => {
        const count = findAlerts(monitor.snapshot, monitor.serverNow, now).stalled.length;
        if (counts.at(-1) !== count) {
          counts.push(count);
        }
      });
      await failEveryFewMinutes(window);
      subscription.dispose();
      assert.deepEqual(counts, [0, 1, 0, 1]);
    });

    it('notifies once if the destination keeps failing while pages arrive at ever longer intervals', async () => {
      const failing = { name: 'Message delivery', status: 'error', error: 'No connection to Redis' };
      server.sink = sink({ health: { status: 'error', checks: [failing] } });
      const window = await open();
      for (let page = 1; page < 60; page += 1) {
        server.updateBackfill('a', { rowsProcessed: 94_000 + page * 1_000 });
        await clock.advance(page * 10_000);
      }
      assert.equal(window.messages.length, 1);
      assert.match(window.messages[0] ?? '', /No connection to Redis/);
    });

    it('notifies once across a reload', async () => {
      const before = await open();
      await clock.advance(10 * minute);
      before.close();
      const after = await open(before.savedSnapshot);
      await clock.advance(10 * minute);
      assert.deepEqual([before.messages.length, after.messages.length], [1, 0]);
    });
  });

  describe('without an event to report', () => {
    it('does not notify about a backfill that completed before it was first observed', async () => {
      complete();
      const window = await open();
      await clock.advance(10 * minute);
      assert.deepEqual(window.messages, []);
    });

    it('does not notify about missing progress in a period without polling', async () => {
      const window = await open();
      window.close();
      await clock.advance(8 * 60 * minute);
      server.updateBackfill('a', { rowsProcessed: 120_000 });
      const after = await open(window.savedSnapshot);
      await clock.advance(minute / 2);
      assert.deepEqual(after.messages, []);
    });

    it('does not notify about missing progress while the server is unreachable', async () => {
      const window = await open();
      await clock.advance(20_000);
      server.isReachable = false;
      await clock.advance(10 * minute);
      assert.deepEqual(window.messages, []);
    });

    it('does not notify in the first 40 s after a sink is paused, but notifies within 100 s', async () => {
      const window = await open();
      await clock.advance(40_000);
      server.sink = sink({ status: 'paused' });
      await clock.advance(40_000);
      assert.equal(window.notifications.length, 0);
      await clock.advance(minute);
      assert.match(window.messages.join(), /The sink is paused/);
    });

    describe('when the sink was paused in the last response', () => {
      const paused = sink({ status: 'paused' });

      it('does not notify if the sink is active again after the machine has slept', async () => {
        server.sink = paused;
        const window = await open();
        server.sink = sink();
        sleptMs = 8 * 60 * minute;
        await clock.advance(minute);
        assert.deepEqual(window.messages, []);
      });

      it('does not notify if the sink is active again in the next session, even if its backfill list loads first', async () => {
        server.sink = paused;
        const before = await open();
        before.close();
        server.sink = sink();
        await clock.advance(60 * minute);
        const after = new WindowStub(server, sleepingClock, folder, before.savedSnapshot);
        windows.push(after);
        await after.monitor.backfillLists.load(server.sink.id);
        await clock.advance(minute);
        assert.deepEqual(after.messages, []);
      });

      it('does not notify while the server is unreachable', async () => {
        server.sink = paused;
        const window = await open();
        server.isReachable = false;
        await clock.advance(10 * minute);
        await window.monitor.backfillLists.load(server.sink.id);
        await clock.advance(minute);
        assert.deepEqual(window.messages, []);
      });
    });

    it('does not notify about a backfill in an unknown state', async () => {
      const window = await open();
      server.updateBackfill('a', { state: 'rewound' });
      await clock.advance(minute);
      assert.deepEqual(window.messages, []);
    });
  });

  describe('when a backfill is cancelled', () => {
    const cancelled = 'public.orders → orders-kafka was cancelled after 94,000 rows.';
    let local: WindowStub;
    let other: WindowStub;

    beforeEach(async () => {
      [local, other] = [await open(), await open()];
    });

    /** Cancels the backfill in a window, as its user would. */
    function cancelIn({ monitor }: WindowStub): Promise<WriteOutcome | undefined> {
      const toCancel =
        findBackfill(monitor.snapshot, server.sink.id, 'a') ?? assert.fail('the backfill is unknown');
      return monitor.changeBackfill(toCancel, 'cancel');
    }

    const getStateIn = ({ monitor }: WindowStub) =>
      findBackfill(monitor.snapshot, server.sink.id, 'a')?.state;

    it('notifies in no window on the machine of the user who cancelled it', async () => {
      const cancel = cancelIn(local);
      await clock.advance(10 * minute);
      assert.equal((await cancel)?.kind, 'done');
      assert.deepEqual([getStateIn(local), getStateIn(other)], ['cancelled', 'cancelled']);
      assert.deepEqual([local.messages, other.messages], [[], []]);
    });

    it('does not notify if a list shows the cancelled state before the response to the write arrives', async () => {
      server.writeResponseDelayMs = 10_000;
      const cancel = cancelIn(local);
      await local.monitor.refresh();
      assert.equal(getStateIn(local), 'cancelled');
      await clock.advance(10 * minute);
      assert.equal((await cancel)?.kind, 'done');
      assert.deepEqual([local.messages, other.messages], [[], []]);
    });

    it('does not notify if another window observes the cancelled state first', async () => {
      server.writeResponseDelayMs = 10_000;
      const cancel = cancelIn(local);
      await clock.advance(0);
      await other.monitor.refresh();
      assert.equal(getStateIn(other), 'cancelled');
      await clock.advance(10 * minute);
      assert.equal((await cancel)?.kind, 'done');
      assert.deepEqual([local.messages, other.messages], [[], []]);
    });

    it('does not notify if the user’s cancellation takes effect after its response was lost', async () => {
      server.losesWrites = true;
      const cancel = cancelIn(local);
      await clock.advance(10_000);
      assert.equal((await cancel)?.kind, 'unconfirmed');
      server.updateBackfill('a', { state: 'cancelled' });
      await clock.advance(10 * minute);
      assert.deepEqual([local.messages, other.messages], [[], []]);
    });

    it('notifies about a cancellation by someone else after the user’s own attempt to cancel failed', async () => {
      server.isReachable = false;
      const cancel = cancelIn(local);
      await clock.advance(10_000);
      assert.notEqual((await cancel)?.kind, 'done');
      server.isReachable = true;
      server.updateBackfill('a', { state: 'cancelled' });
      await clock.advance(10 * minute);
      assert.deepEqual([...local.messages, ...other.messages], [cancelled]);
    });

    it('does not notify about the user’s cancellation in a later session', async () => {
      other.close();
      const cancel = cancelIn(local);
      await clock.advance(0);
      await cancel;
      local.close();
      const later = await open(other.savedSnapshot);
      await clock.advance(10 * minute);
      assert.equal(getStateIn(later), 'cancelled');
      assert.deepEqual([...local.messages, ...later.messages], []);
    });

    it('notifies once about a cancellation by someone else', async () => {
      server.updateBackfill('a', { state: 'cancelled' });
      await clock.advance(10 * minute);
      assert.deepEqual([...local.messages, ...other.messages], [cancelled]);
    });

    it('notifies about a cancellation by someone else after the user paused the backfill', async () => {
      const pause = local.monitor.changeBackfill(server.backfills[0] ?? assert.fail(), 'pause');
      await clock.advance(0);
      await pause;
      server.updateBackfill('a', { state: 'cancelled' });
      await local.monitor.refresh();
      await clock.advance(10 * minute);
      assert.deepEqual([...local.messages, ...other.messages], [cancelled]);
    });

    it('notifies about the completion if the backfill completed before the cancellation', async () => {
      await clock.advance(minute / 2);
      complete();
      const cancel = cancelIn(local);
      await clock.advance(10 * minute);
      assert.equal((await cancel)?.kind, 'failed');
      assert.deepEqual([...local.messages, ...other.messages], [completedMessage]);
    });
  });

  describe('a notification', () => {
    async function getNotificationAfter(change: () => void): Promise<Notification> {
      const window = await open();
      change();
      await clock.advance(2 * minute);
      return window.notifications[0] ?? assert.fail('expected a notification');
    }
    const listLabels = ({ buttons }: { buttons: readonly { label: string }[] }) =>
      buttons.map(({ label }) => label);

    it('has the severity "information" and only the button Open if a backfill completed', async () => {
      const notification = await getNotificationAfter(complete);
      assert.equal(notification.severity, 'information');
      assert.deepEqual(notification.buttons, [
        {
          label: 'Open',
          command: 'sequin.openBackfill',
          target: {
            kind: 'backfill',
            connectionId: 'http://localhost:7376',
            sinkId: server.sink.id,
            backfillId: 'a',
          },
        },
      ]);
    });

    it('has the severity "warning" and a button for the console if a backfill completed with a failing sink check', async () => {
      const check = { name: 'Message delivery', status: 'error', error: 'status 500' };
      const notification = await getNotificationAfter(() => {
        server.sink = sink({ health: { status: 'error', checks: [check] } });
        complete();
      });
      assert.equal(notification.severity, 'warning');
      assert.match(notification.message, /completed with delivery errors/);
      assert.deepEqual(listLabels(notification), ['Open', 'Open in Console']);
    });

    it('has the severity "information" and only the button Open if a backfill was cancelled', async () => {
      const notification = await getNotificationAfter(() => {
        server.updateBackfill('a', { state: 'cancelled' });
      });
      assert.equal(notification.severity, 'information');
      assert.deepEqual(listLabels(notification), ['Open']);
    });

    it('has the severity "error" and a button for the console if a backfill failed', async () => {
      const notification = await getNotificationAfter(() => {
        server.updateBackfill('a', { state: 'failed' });
      });
      assert.equal(notification.severity, 'error');
      assert.deepEqual(listLabels(notification), ['Open', 'Open in Console']);
    });

    it('has the severity "warning" and a button that resumes the sink if a backfill is stalled because its sink is paused', async () => {
      const notification = await getNotificationAfter(() => {
        server.sink = sink({ status: 'paused' });
      });
      assert.equal(notification.severity, 'warning');
      assert.deepEqual(listLabels(notification), ['Resume Sink', 'Open']);
    });

    it('has the severity "warning" and a button for the console if the extension offers no action against a stall', async () => {
      const notification = await getNotificationAfter(() => {
        const checks = [{ name: 'Message delivery', status: 'error', error: null }];
        server.sink = sink({ health: { status: 'error', checks } });
      });
      assert.equal(notification.severity, 'warning');
      assert.deepEqual(listLabels(notification), ['Open', 'Open in Console']);
    });
  });

  it('notifies once about a database if all its backfills stall while backfills of another database make progress', async () => {
    server.otherSinks = [sink({ id: 'crm', name: 'crm', database: 'crm' })];
    server.backfills = [
      ...['a', 'b', 'c'].map((id) => backfill({ id, rowsInitial: 90_000_000, updatedAt: now })),
      backfill({ id: 'other', sinkId: 'crm', rowsInitial: 90_000_000, updatedAt: now }),
    ];
    const [first, second] = [await open(), await open()];
    for (let page = 1; page < 150; page += 1) {
      // The backfills of the database stop one after the other.
      const ids = ['a', 'b', 'c', 'other'].filter((_id, index) => index === 3 || page < 9 + index);
      for (const id of ids) {
        server.updateBackfill(id, { rowsProcessed: 94_000 + 40_000 * page });
      }
      await clock.advance(8_000);
    }
    complete('other');
    await clock.advance(30 * minute);
    const notifications = [first, second].flatMap((window) => window.notifications);
    assert.deepEqual(
      notifications
        .filter(({ severity }) => severity === 'warning')
        .map(({ message, buttons }) => [message, ...buttons.map(({ label }) => label)]),
      [
        [
          'None of the 3 running backfills of the database shop is making progress, while backfills of other databases are. Test the connection to the database, and check its replication in the console.',
          'Test Database Connection',
          'Show Activity',
        ],
      ],
    );
  });

  it('combines simultaneous events into one notification', async () => {
    server.backfills = ['a', 'b', 'c', 'd'].map((id) => backfill({ id, updatedAt: now }));
    const window = await open();
    ['a', 'b', 'c'].forEach(complete);
    // The button shows the row that needs attention.
    const target = {
      kind: 'backfill',
      connectionId: server.address,
      sinkId: server.sink.id,
      backfillId: 'd',
    };
    server.updateBackfill('d', { state: 'failed' });
    await clock.advance(minute);
    assert.deepEqual(window.notifications, [
      {
        severity: 'error',
        message: `3 backfills completed, 1 failed: ${Array(4).fill('public.orders → orders-kafka').join('; ')}.`,
        buttons: [{ label: 'Show', command: 'sequin.revealInSinksView', target }],
      },
    ]);
  });

  /** Opens a window in which `count` backfills complete, one every 2 s. */
  async function completeEvery2s(count: number): Promise<Awaited<ReturnType<typeof open>>> {
    const ids = Array.from({ length: count }, (_, index) => String(index));
    server.backfills = ids.map((id) => backfill({ id, updatedAt: now }));
    const window = await open();
    for (const id of ids) {
      complete(id);
      await window.monitor.loadBackfill(server.sink.id, id);
      await clock.advance(2_000);
    }
    return window;
  }

  it('combines completions that are a few seconds apart into one notification', async () => {
    const window = await completeEvery2s(12);
    await clock.advance(minute);
    assert.deepEqual(window.messages, ['12 backfills completed.']);
  });

  it('notifies every 30 s while backfills complete every 2 s', async () => {
    const window = await completeEvery2s(60);
    assert.equal(window.messages.length, 4);
  });

  describe('when the window closes before it notifies', () => {
    for (const state of ['completed', 'failed', 'cancelled']) {
      it(`notifies once, in the next session, if the backfill is ${state}`, async () => {
        const before = await open();
        server.updateBackfill('a', { state });
        await before.monitor.refresh();
        assert.equal(findBackfill(before.monitor.snapshot, server.sink.id, 'a')?.state, state);
        before.close();
        assert.deepEqual(before.messages, []);
        const after = await open(before.savedSnapshot);
        await clock.advance(minute);
        assert.equal(after.messages.length, 1);
        after.close();
        const later = await open(after.savedSnapshot);
        await clock.advance(minute);
        assert.deepEqual(later.messages, []);
      });
    }

    it('notifies in only one of the two windows of the next session', async () => {
      const before = await open();
      complete();
      await before.monitor.refresh();
      before.close();
      const bothWindows = [await open(before.savedSnapshot), await open(before.savedSnapshot)];
      await clock.advance(minute);
      assert.deepEqual(
        bothWindows.flatMap(({ messages }) => messages),
        ['public.orders → orders-kafka completed: 200,000 rows in 1 min.'],
      );
    });
  });

  describe('when a sink is deleted', () => {
    const deleted = 'public.orders → orders-kafka was deleted with its sink after 94,000 of 200,000 rows.';

    it('notifies about the sink’s unfinished backfills', async () => {
      const window = await open();
      server.sink = sink({ id: 'another sink' });
      server.backfills = [];
      await clock.advance(minute);
      assert.deepEqual(window.messages, [deleted]);
    });

    it('does not notify about the sink’s finished backfills', async () => {
      const window = await open();
      complete();
      await clock.advance(minute);
      server.sink = sink({ id: 'another sink' });
      server.backfills = [];
      await clock.advance(minute);
      assert.equal(window.messages.length, 1);
    });

    it('notifies about a sink that was deleted while no window was open', async () => {
      const before = await open();
      before.close();
      server.sink = sink({ id: 'another sink' });
      server.backfills = [];
      const after = await open(before.savedSnapshot);
      await clock.advance(minute);
      assert.deepEqual(after.messages, [deleted]);
    });
  });

  it('uses the current name of a renamed sink', async () => {
    const window = await open();
    server.sink = sink({ name: 'orders-to-kafka' });
    complete();
    await clock.advance(minute);
    assert.match(window.messages.join(), /^public\.orders → orders-to-kafka completed/);
  });

  it('notifies about a stall after the local clock was set back', async () => {
    let setBackMs = 0;
    const localClock = { ...sleepingClock, now: () => clock.now() - setBackMs };
    const window = new WindowStub(server, localClock, folder);
    windows.push(window);
    window.notifier.start();
    await clock.advance(10 * minute);
    assert.equal(window.messages.length, 1);
    server.updateBackfill('a', { rowsProcessed: 120_000 });
    await clock.advance(minute);
    setBackMs = 8 * 60 * minute;
    await clock.advance(3 * 60 * minute);
    assert.equal(window.messages.length, 2);
  });

  describe('with the setting sequin.notifications', () => {
    it('notifies only about problems if set to "problems"', async () => {
      server.backfills = ['a', 'b'].map((id) => backfill({ id, updatedAt: now }));
      const window = await open();
      window.setting = 'problems';
      complete('a');
      server.updateBackfill('b', { state: 'failed' });
      await clock.advance(minute);
      assert.deepEqual(window.messages, ['public.orders → orders-kafka failed after 94,000 rows.']);
    });

    it('neither notifies nor polls if set to "off"', async () => {
      const window = await open();
      window.setting = 'off';
      window.notifier.updateWatches();
      server.updateBackfill('a', { state: 'failed' });
      const { listRequestCount } = server;
      await clock.advance(60 * minute);
      assert.equal(server.listRequestCount, listRequestCount);
      await window.monitor.refresh();
      await clock.advance(minute);
      assert.deepEqual(window.messages, []);
    });

    it('notifies again after a change from "off" to "all"', async () => {
      const window = await open();
      window.setting = 'off';
      window.notifier.updateWatches();
      await clock.advance(minute);
      window.setting = 'all';
      window.notifier.updateWatches();
      complete();
      await clock.advance(minute);
      assert.equal(window.messages.length, 1);
    });
  });

  it('does not poll before the window has finished its startup or after the window is closed', async () => {
    const window = new WindowStub(server, sleepingClock, folder);
    await clock.advance(60 * minute);
    assert.equal(server.listRequestCount, 0);
    window.notifier.start();
    await clock.advance(0);
    assert.equal(server.listRequestCount, 1);
    window.close();
    await clock.advance(60 * minute);
    assert.equal(server.listRequestCount, 1);
    assert.ok(!clock.hasPendingTimers);
  });

  it('notifies about a change that a manual refresh found during the startup of the window', async () => {
    const window = new WindowStub(server, sleepingClock, folder);
    windows.push(window);
    await window.monitor.refresh();
    complete();
    await window.monitor.refresh();
    await clock.advance(minute);
    assert.equal(window.messages.length, 1);
  });

  describe('when sinks are removed', () => {
    it('forgets the stalls of the sinks, and notifies again if the sinks return', async () => {
      await writeFile(folder, 'a file instead of the folder, so that there are no lock files');
      const window = await open();
      const { sink: stalledSink, backfills } = server;
      await clock.advance(30 * minute);
      server.sink = sink({ id: 'another sink' });
      server.backfills = [];
      await clock.advance(minute);
      const listStallMessages = () => window.messages.filter((message) => message.includes('is stalled.'));
      assert.equal(listStallMessages().length, 1);
      server.sink = stalledSink;
      server.backfills = backfills;
      await clock.advance(30 * minute);
      assert.equal(listStallMessages().length, 2);
    });

    it('remembers at most one stall or token while 1,000 sinks are added and removed within 24 hours', async () => {
      const sinkCount = 1_000;
      const window = await open();
      let maxCount = 0;
      for (let index = 1; index <= sinkCount; index += 1) {
        const sinkId = `sink ${index}`;
        server.sink = sink({ id: sinkId, status: 'disabled' });
        server.backfills = ['a', 'b'].map((id) =>
          backfill({ id: `${id}${index}`, sinkId, updatedAt: clock.now(), insertedAt: clock.now() }),
        );
        await clock.advance(60_000);
        complete(`a${index}`);
        const cancellation = window.monitor.changeBackfill(
          server.backfills[1] ?? assert.fail('expected a second backfill'),
          'cancel',
        );
        await clock.advance(26_400);
        await cancellation;
        maxCount = Math.max(maxCount, window.notifier.rememberedCount);
      }
      assert.equal(clock.now(), now + 24 * 60 * minute);
      assert.ok(window.notifications.length >= sinkCount);
      assert.equal(maxCount, 1);
    });
  });

  describe('when the server rejects the token', () => {
    const rejected: Notification = {
      severity: 'warning',
      message: 'localhost:7376 rejected the API token.',
      buttons: [
        {
          label: 'Enter Token',
          command: 'sequin.enterToken',
          target: { connectionId: 'http://localhost:7376' },
        },
      ],
    };

    beforeEach(() => {
      // A paused backfill causes no notification by itself.
      server.backfills = [backfill({ id: 'a', state: 'paused', updatedAt: now })];
    });

    const listNotifications = (...all: readonly WindowStub[]) =>
      all.flatMap(({ notifications }) => notifications);

    it('notifies once for several rejected requests', async () => {
      const window = await open();
      server.acceptsToken = false;
      const { monitor } = window;
      await Promise.all([
        monitor.refresh(),
        monitor.backfillLists.load(server.sink.id),
        monitor.changeBackfill(server.backfills[0] ?? assert.fail(), 'resume'),
      ]);
      await clock.advance(10 * minute);
      await monitor.refresh();
      await monitor.refresh();
      assert.deepEqual(window.notifications, [rejected]);
    });

    it('notifies immediately', async () => {
      const window = await open();
      server.acceptsToken = false;
      await window.monitor.refresh();
      assert.deepEqual(window.notifications, [rejected]);
    });

    it('notifies once per window if the lock folder is not writable', async () => {
      await writeFile(folder, 'a file in its place');
      const bothWindows = [await open(), await open()];
      server.acceptsToken = false;
      await clock.advance(10 * minute);
      for (const { monitor } of bothWindows) {
        await monitor.refresh();
        await monitor.refresh();
      }
      assert.deepEqual(
        bothWindows.map(({ notifications }) => notifications),
        [[rejected], [rejected]],
      );
    });

    it('notifies once across two windows', async () => {
      const bothWindows = [await open(), await open()];
      server.acceptsToken = false;
      await clock.advance(60 * minute);
      assert.deepEqual(listNotifications(...bothWindows), [rejected]);
    });

    it('notifies once across reloads', async () => {
      const before = await open();
      server.acceptsToken = false;
      await clock.advance(minute);
      before.close();
      const after = await open(before.savedSnapshot);
      await clock.advance(10 * minute);
      const later = await open();
      await clock.advance(10 * minute);
      assert.deepEqual(listNotifications(before, after, later), [rejected]);
    });

    it('notifies once even if a window requests the databases before its first list of sinks', async () => {
      server.acceptsToken = false;
      const first = await open();
      const second = new WindowStub(server, sleepingClock, folder);
      windows.push(second);
      await second.monitor.databases.ensureLoaded();
      second.notifier.start();
      await clock.advance(minute);
      assert.deepEqual(listNotifications(first, second), [rejected]);
    });

    it('notifies again each time the token is rejected after the server had accepted it', async () => {
      const bothWindows = [await open(), await open()];
      for (let round = 1; round <= 3; round += 1) {
        server.acceptsToken = false;
        await clock.advance(10 * minute);
        assert.deepEqual(listNotifications(...bothWindows), Array<Notification>(round).fill(rejected));
        server.acceptsToken = true;
        await Promise.all(bothWindows.map(({ monitor }) => monitor.refresh()));
        await clock.advance(10 * minute);
      }
    });

    it('notifies again if a new token is accepted and later rejected', async () => {
      const window = await open();
      server.acceptsToken = false;
      await clock.advance(minute);
      server.acceptsToken = true;
      window.signIn([server]);
      await clock.advance(minute);
      server.acceptsToken = false;
      await clock.advance(minute);
      assert.deepEqual(window.notifications, [rejected, rejected]);
    });

    it('notifies again if the token was accepted after a reload and then rejected', async () => {
      const before = await open();
      server.acceptsToken = false;
      await clock.advance(minute);
      before.close();
      server.acceptsToken = true;
      const after = await open();
      server.acceptsToken = false;
      await clock.advance(minute);
      assert.deepEqual(listNotifications(before, after), [rejected, rejected]);
    });

    it('does not notify again about the same token after the server was unreachable and the window was reloaded', async () => {
      const window = await open();
      server.acceptsToken = false;
      await clock.advance(minute);
      server.acceptsToken = true;
      server.isReachable = false;
      await window.monitor.refresh();
      window.close();
      const after = await open(window.savedSnapshot);
      server.isReachable = true;
      server.acceptsToken = false;
      await after.monitor.refresh();
      await clock.advance(10 * minute);
      assert.deepEqual(listNotifications(window, after), [rejected]);
    });

    it('does not notify while the setting is "off", but notifies after the setting changes', async () => {
      const window = await open();
      window.setting = 'off';
      server.acceptsToken = false;
      await window.monitor.refresh();
      assert.deepEqual(window.notifications, []);
      window.setting = 'problems';
      await window.monitor.refresh();
      assert.deepEqual(window.notifications, [rejected]);
    });

    it('names the connection whose token was rejected', async () => {
      const other = new ServerStub(sleepingClock, 'https://shop.example');
      const window = await openWith(server, other);
      other.acceptsToken = false;
      await clock.advance(minute);
      server.acceptsToken = false;
      await clock.advance(minute);
      assert.deepEqual(window.notifications, [
        {
          ...rejected,
          message: 'shop.example rejected the API token.',
          buttons: [{ ...rejected.buttons[0], target: { connectionId: 'https://shop.example' } }],
        },
        rejected,
      ]);
    });
  });

  describe('with several servers', () => {
    let shop: ServerStub;

    beforeEach(() => {
      shop = new ServerStub(sleepingClock, 'https://shop.example');
      shop.backfills = [backfill({ id: 'a', updatedAt: now })];
    });

    it('names the connection, and offers a button that opens the page of the backfill', async () => {
      const window = await openWith(server, shop);
      await clock.advance(minute / 2);
      shop.updateBackfill('a', { ...completed, completedAt: sleepingClock.now() });
      await clock.advance(minute / 2);
      assert.deepEqual(window.notifications, [
        {
          severity: 'information',
          message: `shop.example: ${completedMessage}`,
          buttons: [
            {
              label: 'Open',
              command: 'sequin.openBackfill',
              target: {
                kind: 'backfill',
                connectionId: 'https://shop.example',
                sinkId: shop.sink.id,
                backfillId: 'a',
              },
            },
          ],
        },
      ]);
    });

    it('escapes the name of the connection', async () => {
      const window = await openWith(server, shop);
      const monitor = window.servers.getMonitor(shop.address) ?? assert.fail();
      monitor.updateConnection({ ...monitor.connection, name: 'a\n[x](command:y)' });
      await clock.advance(minute / 2);
      shop.updateBackfill('a', { ...completed, completedAt: sleepingClock.now() });
      await clock.advance(minute / 2);
      assert.deepEqual(window.messages, [`a [x] (command:y): ${completedMessage}`]);
    });

    it('does not name the connection after all other connections were removed', async () => {
      const window = await openWith(server, shop);
      window.signIn([shop]);
      await clock.advance(minute / 2);
      shop.updateBackfill('a', { ...completed, completedAt: sleepingClock.now() });
      await clock.advance(minute / 2);
      assert.deepEqual(window.messages, [completedMessage]);
    });

    it('notifies about each of two backfills that have the same ID on different servers', async () => {
      const window = await openWith(server, shop);
      await clock.advance(minute / 2);
      complete();
      shop.updateBackfill('a', { ...completed, completedAt: sleepingClock.now() });
      for (const monitor of window.servers.monitors) {
        await monitor.refresh();
        await clock.advance(10_000);
      }
      assert.deepEqual(window.messages, [
        `localhost:7376: ${completedMessage}`,
        `shop.example: ${completedMessage}`,
      ]);
    });

    it('notifies about a backfill even if the queue of another server had a backfill with the same ID', async () => {
      const window = await openWith(server, shop);
      window.monitor.queue.add(server.backfills, 1);
      await clock.advance(minute / 2);
      complete();
      shop.updateBackfill('a', { ...completed, completedAt: sleepingClock.now() });
      await clock.advance(minute);
      assert.deepEqual(window.messages.sort(), [
        'The queue of localhost:7376 has finished: 1 backfill completed.',
        `shop.example: ${completedMessage}`,
      ]);
    });

    it('combines simultaneous events of two servers into one notification', async () => {
      const window = await openWith(server, shop);
      await clock.advance(minute / 2);
      complete();
      shop.updateBackfill('a', { state: 'failed' });
      await window.servers.monitors[0]?.refresh();
      await window.servers.monitors[1]?.refresh();
      await clock.advance(minute);
      assert.deepEqual(window.notifications, [
        {
          severity: 'error',
          message:
            '1 backfill completed, 1 failed: localhost:7376: public.orders → orders-kafka; ' +
            'shop.example: public.orders → orders-kafka.',
          buttons: [
            {
              label: 'Show',
              command: 'sequin.revealInSinksView',
              target: {
                kind: 'backfill',
                connectionId: shop.address,
                sinkId: shop.sink.id,
                backfillId: 'a',
              },
            },
          ],
        },
      ]);
    });

    it('polls each server in the background', async () => {
      const third = new ServerStub(sleepingClock, 'https://third.example');
      const window = await openWith(server, shop);
      assert.deepEqual([server.listRequestCount, shop.listRequestCount, third.listRequestCount], [1, 1, 0]);
      await clock.advance(minute);
      assert.deepEqual([server.listRequestCount, shop.listRequestCount, third.listRequestCount], [4, 4, 0]);
      window.signIn([shop, third]);
      await clock.advance(0);
      const requestCounts = [server.listRequestCount, shop.listRequestCount, third.listRequestCount];
      assert.deepEqual(requestCounts, [4, 5, 1]);
      await clock.advance(10 * minute);
      assert.equal(server.listRequestCount, 4);
      assert.ok(shop.listRequestCount > 10 && third.listRequestCount > 10);
      window.setting = 'off';
      window.notifier.updateWatches();
      const countBefore = shop.listRequestCount;
      await clock.advance(60 * minute);
      assert.equal(shop.listRequestCount, countBefore);
    });

    it('notifies about one server while another is unreachable', async () => {
      const window = await openWith(server, shop);
      shop.isReachable = false;
      await clock.advance(minute / 2);
      complete();
      await clock.advance(minute / 2);
      assert.deepEqual(window.messages, [`localhost:7376: ${completedMessage}`]);
    });
  });
});
