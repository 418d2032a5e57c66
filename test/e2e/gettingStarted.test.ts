import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { createTemporaryFolder } from '../host/temporaryFolder.ts';
import { connectTo } from './connecting.ts';
import { cleanUpAfterAll, test } from './fixtures.ts';

const yamlWithUnknownDatabase = `databases:
  - name: shop
    username: postgres
    password: postgres
    hostname: localhost
    database: shop
    slot:
      name: sequin_slot
    publication:
      name: sequin_pub

sinks:
  - name: orders-to-kafka
    database: shopp
    source:
      include_tables: [public.orders]
    destination:
      type: kafka
      hosts: kafka:9092
      topic: shop.orders
`;

test.describe('The walkthrough', () => {
  cleanUpAfterAll();

  test('completes its steps from sample data to sequin.yaml, and lets the user stop the sample data', async ({
    openWorkbench,
  }) => {
    const workspace = createTemporaryFolder();
    await writeFile(join(workspace, 'sequin.yaml'), yamlWithUnknownDatabase);
    const sequin = await openWorkbench({ workspace });
    const { page, sidebar } = sequin;
    const walkthrough = page.locator('.gettingStartedContainer');
    const expectDone = (count: number) =>
      expect(walkthrough.locator('.getting-started-step .codicon.complete')).toHaveCount(count);
    const savePictures = (name: string, width: number, height: number, x = 49, y = 37) =>
      sequin.saveThemedPictures(`walkthrough-${name}`, { x, y, width, height });

    await sequin.open();
    await expect(sidebar.getByRole('button', { name: 'Connect to Sequin' })).toBeVisible();
    await savePictures('connect', 302, 330);
    await sidebar.getByRole('button', { name: 'Take the walkthrough' }).click();
    await expect(walkthrough.getByText('See it work without a server')).toBeVisible();
    await walkthrough.getByRole('button', { name: 'Explore with Sample Data' }).click();
    const sample = sequin.row(/^Sample Data/);
    await expect(sample).toContainText('simulated');
    await expect(sequin.activity.getByRole('treeitem', { name: /^public\.sessions/ })).toBeVisible();
    await expectDone(2);
    await sequin.savePicture('walkthrough-start');
    await savePictures('sample', 302, 370);
    await savePictures('find', 302, 190, 49, 530);

    await sequin.openPage(
      sequin.activity.getByRole('treeitem', { name: /^public\.orders/ }),
      'public.orders',
    );
    await expect(sequin.detail.getByText('Sample Data · simulated')).toBeVisible();
    await savePictures('read', 620, 420, 353, 37);
    await sequin.openPage(
      sequin.activity.getByRole('treeitem', { name: /^public\.sessions/ }),
      'public.sessions',
    );
    const resume = sequin.detail.getByRole('button', { name: 'Resume Sink' });
    await expect(resume).toBeVisible();
    await expect(sequin.row(/^cache-redis/)).toContainText('paused', { ignoreCase: true });
    await savePictures('act', 620, 420, 353, 37);
    await resume.click();
    await sequin.clickInDialog('Resume');
    await expect(sequin.row(/^cache-redis/)).not.toContainText('paused', { ignoreCase: true });

    await sequin.runCommand('Go to File');
    await sequin.input.locator('input').fill('sequin.yaml');
    await sequin.input
      .getByRole('option', { name: /sequin\.yaml/ })
      .first()
      .click();
    await expect(
      page.locator('.editor-instance .squiggly-warning, .editor-instance .squiggly-error').first(),
    ).toBeVisible();
    await page.keyboard.press('F8');
    await savePictures('yaml', 620, 420, 353, 37);

    await sequin.runCommand('Sequin: Get Started');
    await expectDone(5);
    await sequin.savePicture('walkthrough-done');
    await sequin.clickInRow(sample, 'Stop Sample Data');
    await expect(sidebar.getByRole('button', { name: 'Connect to Sequin' })).toBeVisible();
  });
});

test.describe('A locked keyring', () => {
  cleanUpAfterAll();

  test('delays neither the sample data nor the log', async ({ openWorkbench, startEmulator }) => {
    const { url, token } = await startEmulator();
    const sequin = await openWorkbench();
    await sequin.open();
    await connectTo(sequin, url, { token, sink: 'orders-to-kafka' });
    const unlocked = Promise.withResolvers<undefined>();
    // The workbench requests this key to decrypt the stored secrets.
    await sequin.page.route('**/mint-key', async (route) => {
      await unlocked.promise;
      await route.continue();
    });
    await sequin.workbench.reload();
    await expect(sequin.sidebar.locator('.monaco-progress-container.active')).toBeVisible();
    await sequin.runCommand('Sequin: Explore with Sample Data');
    await expect(sequin.row(/^Sample Data/)).toContainText('simulated');
    await sequin.runCommand('Sequin: Show Log');
    await expect(sequin.page.locator('.part.panel').getByRole('tab', { name: 'Output' })).toBeVisible();
    unlocked.resolve(undefined);
    await expect(sequin.row(new URL(url).host)).toBeVisible();
  });
});
