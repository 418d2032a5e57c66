import { expect } from '@playwright/test';
import { cleanUpAfterAll, test } from './fixtures.ts';

test.describe('The first minutes', () => {
  cleanUpAfterAll();

  test('show sample data that is marked as such, until it is stopped', async ({ openWorkbench }) => {
    const sequin = await openWorkbench();
    await sequin.open();
    await sequin.picture('welcome');
    await sequin.sidebar.getByRole('button', { name: 'Explore with Sample Data' }).click();
    const sample = sequin.row(/^Sample Data/);
    await expect(sample).toContainText('simulated');
    await expect(sequin.row(/^orders-to-kafka/)).toBeVisible();
    await sequin.picture('sample-data');

    await sequin.expand(sequin.row(/^orders-to-kafka/));
    await sequin.row(/^public\.orders/).click();
    await expect(sequin.detail.getByText('Sample Data · simulated')).toBeVisible();
    await sequin.picture('sample-data-page');

    await sequin.press(sample, 'Stop Sample Data');
    await expect(sequin.sidebar.getByRole('button', { name: 'Connect to Sequin' })).toBeVisible();
  });
});
