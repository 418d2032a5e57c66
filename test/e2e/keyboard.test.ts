import { expect, type Locator } from '@playwright/test';
import { cleanUpAfterAll, frozenClock, test } from './fixtures.ts';
import type { SequinPage } from './SequinPage.ts';

/** Presses keys and counts them. Each character of a typed text is a key. */
class Keyboard {
  readonly #sequin: SequinPage;
  #count = 0;

  constructor(sequin: SequinPage) {
    this.#sequin = sequin;
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      await this.#sequin.page.keyboard.press(key);
      this.#count += 1;
    }
  }

  async type(text: string): Promise<void> {
    await this.#sequin.page.keyboard.type(text);
    this.#count += text.length;
  }

  /** Runs a command from the Command Palette, with a text that finds it. */
  async run(text: string, command: string): Promise<void> {
    await this.press('F1');
    await expect(this.#sequin.input).toBeVisible();
    await this.type(text);
    await expect(this.#sequin.input.locator('.monaco-list-row.focused')).toContainText(command);
    await this.press('Enter');
  }

  /** Pastes a text into an input when it asks for it, and accepts it. Pasting is one key. */
  async paste(prompt: string, text: string): Promise<void> {
    await expect(this.#sequin.input).toContainText(prompt);
    await this.#sequin.page.keyboard.insertText(text);
    await this.press('Enter');
    this.#count += 1;
  }

  /** Returns the number of keys since the last call. */
  takeCount(): number {
    const count = this.#count;
    this.#count = 0;
    return count;
  }
}

test.describe('Without a mouse', () => {
  cleanUpAfterAll();

  test('connects, finds a stalled backfill, acts on its page, pauses from the tree and starts a backfill', async ({
    startEmulator,
    openWorkbench,
  }) => {
    const emulator = await startEmulator({ clock: frozenClock() });
    const sequin = await openWorkbench({ settings: { 'sequin.notifications': 'off' } });
    const keyboard = new Keyboard(sequin);
    /** The number of keys of each task, including those that find a command in the Command Palette. */
    const counts: Record<string, number> = {};
    const focusedIn = (list: Locator): Locator => list.locator('.monaco-list-row.focused');
    const listUnfinished = (sink: string) =>
      emulator.world.getSink(sink).backfills.filter(({ isUnfinished }) => isUnfinished);

    // The Command Palette has the commands of an extension as soon as its icon is there.
    await sequin.page.locator('.part.activitybar').getByRole('tab', { name: 'Sequin' }).waitFor();
    await keyboard.run('sequin connect', 'Sequin: Connect…');
    await keyboard.paste('Address of your Sequin server', emulator.url);
    await keyboard.paste('API token of', emulator.token);
    await expect(sequin.input).toBeHidden();
    await keyboard.run('focus sinks', 'Focus on Sinks View');
    await expect(sequin.row('orders-to-kafka')).toBeVisible();
    counts['connect'] = keyboard.takeCount();

    await keyboard.run('focus activity', 'Focus on Activity View');
    await expect(sequin.activity).toBeFocused();
    await keyboard.press('ArrowDown');
    await expect(focusedIn(sequin.activity)).toHaveAttribute(
      'aria-label',
      /^public\.sessions, Stalled, \d+%, sink paused, 1 h, cache-redis/,
    );
    await keyboard.press('Enter');
    await expect(sequin.detail.getByRole('heading', { name: 'public.sessions' })).toBeVisible();
    counts['open the page of a stalled backfill'] = keyboard.takeCount();

    await keyboard.press('Control+1');
    const button = sequin.detail.getByRole('button', { name: 'Resume Sink' });
    await expect(button).toBeVisible();
    await keyboard.press('Tab');
    await expect(button).toBeFocused();
    await keyboard.press('Enter');
    await expect(sequin.dialog.getByRole('button', { name: 'Resume' })).toBeFocused();
    await keyboard.press('Enter');
    await expect.poll(() => emulator.world.getSink('cache-redis').json.status).toBe('active');
    counts['resume the sink from the page'] = keyboard.takeCount();

    await keyboard.run('focus sinks', 'Focus on Sinks View');
    await expect(sequin.sinks).toBeFocused();
    await keyboard.type('orders');
    const focusedRow = focusedIn(sequin.sinks);
    await expect(focusedRow).toHaveAttribute('aria-label', /^orders-to-kafka, Active, Healthy, 1 running, /);
    await keyboard.press('ArrowRight');
    await expect(sequin.row(/^public\.orders7 d ago/)).toBeVisible();
    await keyboard.press('ArrowRight');
    await expect(focusedRow).toHaveAttribute('aria-label', /^public\.orders, Running, \d+%/);
    await keyboard.press('Space');
    await expect(focusedRow).toHaveAttribute('aria-label', /^public\.orders, Paused at \d+%$/);
    counts['pause a backfill'] = keyboard.takeCount();

    await keyboard.run('start backfill', 'Sequin: Start Backfill…');
    await expect(sequin.input).toContainText('legacy-export');
    await keyboard.type('legacy');
    await expect(focusedIn(sequin.input)).toContainText('legacy-export');
    await keyboard.press('Enter');
    await expect(sequin.dialog.getByRole('button', { name: 'Start', exact: true })).toBeFocused();
    await keyboard.press('Enter');
    await expect.poll(() => listUnfinished('legacy-export').length).toBe(1);
    counts['start a backfill'] = keyboard.takeCount();

    await keyboard.run('focus sinks', 'Focus on Sinks View');
    await keyboard.press('Space');
    await expect(focusedRow).toHaveAttribute('aria-label', /^public\.orders, Running, /);
    counts['resume the backfill'] = keyboard.takeCount();

    expect(counts).toEqual({
      connect: 33,
      'open the page of a stalled backfill': 18,
      'resume the sink from the page': 4,
      'pause a backfill': 22,
      'start a backfill': 24,
      'resume the backfill': 14,
    });
  });
});
