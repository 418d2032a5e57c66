import { expect, type Locator } from '@playwright/test';
import { cleanUpAfterAll, createFrozenClock, test } from './fixtures.ts';

test.describe('Without a mouse', () => {
  cleanUpAfterAll();

  test('connects, resumes the sink of a stalled backfill on its page, pauses a backfill in the tree and starts another', async ({
    startEmulator,
    openWorkbench,
  }) => {
    const emulator = await startEmulator({ clock: createFrozenClock() });
    const sequin = await openWorkbench({ settings: { 'sequin.notifications': 'off' } });
    const { keyboard } = sequin.page;
    const focusedIn = (list: Locator): Locator => list.locator('.monaco-list-row.focused');
    /** Runs a command from the Command Palette, in which `text` finds it. */
    const run = async (text: string, command: string) => {
      const input = sequin.input.locator('input');
      // A view that the previous command opened may take the focus from the Command Palette. Keys that are pressed
      // before the Command Palette is ready are lost.
      await expect(async () => {
        await keyboard.press('F1');
        await expect(input).toBeFocused({ timeout: 10_000 });
      }).toPass();
      await expect(input).toHaveValue('>');
      await keyboard.type(text);
      await expect(focusedIn(sequin.input)).toContainText(command);
      await keyboard.press('Enter');
    };
    /** Waits for an input with this prompt, pastes text into the input, and presses Enter. */
    const paste = async (prompt: string, text: string) => {
      await expect(sequin.input).toContainText(prompt);
      await keyboard.insertText(text);
      await keyboard.press('Enter');
    };
    const listUnfinished = (sink: string) =>
      emulator.world.getSink(sink).backfills.filter(({ isUnfinished }) => isUnfinished);

    // The Command Palette has the commands of an extension as soon as the icon of the extension is visible.
    await sequin.page.locator('.part.activitybar').getByRole('tab', { name: 'Sequin' }).waitFor();
    await run('sequin connect', 'Sequin: Connect…');
    await paste('Address of your Sequin server', emulator.url);
    await paste('API token of', emulator.token);
    await expect(sequin.input).toBeHidden();
    await run('focus sinks', 'Focus on Sinks View');
    await expect(sequin.row('orders-to-kafka')).toBeVisible();

    await run('focus activity', 'Focus on Activity View');
    await expect(sequin.activity).toBeFocused();
    await keyboard.press('ArrowDown');
    await expect(focusedIn(sequin.activity)).toHaveAttribute(
      'aria-label',
      /^public\.sessions, Stalled, \d+%, sink paused, 1 h, cache-redis/,
    );
    await keyboard.press('Enter');
    await expect(sequin.detail.getByRole('heading', { name: 'public.sessions' })).toBeVisible();

    await keyboard.press('Control+1');
    const button = sequin.detail.getByRole('button', { name: 'Resume Sink' });
    await expect(button).toBeVisible();
    await keyboard.press('Tab');
    await expect(button).toBeFocused();
    await keyboard.press('Enter');
    await expect(sequin.dialog.getByRole('button', { name: 'Resume' })).toBeFocused();
    await keyboard.press('Enter');
    await expect.poll(() => emulator.world.getSink('cache-redis').json.status).toBe('active');

    await run('focus sinks', 'Focus on Sinks View');
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

    await run('start backfill', 'Sequin: Start Backfill…');
    await expect(sequin.input).toContainText('legacy-export');
    await keyboard.type('legacy');
    await expect(focusedIn(sequin.input)).toContainText('legacy-export');
    await keyboard.press('Enter');
    await expect(sequin.dialog.getByRole('button', { name: 'Start', exact: true })).toBeFocused();
    await keyboard.press('Enter');
    await expect.poll(() => listUnfinished('legacy-export').length).toBe(1);

    await run('focus sinks', 'Focus on Sinks View');
    await keyboard.press('Space');
    await expect(focusedRow).toHaveAttribute('aria-label', /^public\.orders, Running, /);
  });
});
