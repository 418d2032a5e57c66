import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BackfillStatus } from '../../../src/model/progress/backfillStatus.ts';
import { getHealthIcon, getStatusIcon } from '../../../src/text/icons.ts';
import { projectDir } from '../../host/paths.ts';

describe('the tab of a page', () => {
  const statuses: Readonly<Record<BackfillStatus, true>> = {
    counting: true,
    running: true,
    stalled: true,
    paused: true,
    completed: true,
    completedWithDeliveryErrors: true,
    cancelled: true,
    failed: true,
    unknown: true,
  };
  const reportedHealth = ['healthy', 'warning', 'error', 'initializing', 'waiting', 'notice', 'stale'];
  const conditions = [...reportedHealth, 'paused', 'disabled', undefined];

  it('has an icon for each backfill status, for each sink condition, and for deleted backfills and sinks', () => {
    const icons = [...Object.keys(statuses).map(getStatusIcon), ...conditions.map(getHealthIcon), 'trash'];
    const missing = icons.filter((icon) => !existsSync(join(projectDir, `media/status/${icon}.svg`)));
    assert.deepEqual(missing, []);
  });
});
