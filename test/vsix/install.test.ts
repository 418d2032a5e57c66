import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import manifest from '../../package.json' with { type: 'json' };
import { connectTo } from '../e2e/connecting.ts';
import { cleanUpAfterAll, createFrozenClock, test } from '../e2e/fixtures.ts';
import { packagePath, projectDir } from '../host/paths.ts';
import { createTemporaryFolder } from '../host/temporaryFolder.ts';
import { type Version, versions } from '../host/versions.ts';

for (const version of Object.keys(versions) as Version[]) {
  test.describe(`The package, installed in VS Code ${versions[version].name},`, () => {
    cleanUpAfterAll();

    test('connects, lists sinks, pauses a backfill, resumes it on its page, and has all its files and correct links', async ({
      startEmulator,
      openOwnWorkbench,
    }) => {
      const dataDir = createTemporaryFolder();
      const emulator = await startEmulator({ clock: createFrozenClock() });
      const sequin = await openOwnWorkbench({
        version,
        vsix: packagePath,
        dataDir,
        builtInExtensions: 'all',
      });
      await sequin.open();
      await connectTo(sequin, emulator.url, { token: emulator.token, sink: 'orders-to-kafka' });

      await sequin.expand(sequin.row('orders-to-kafka'));
      // VS Code loses a click while it replaces a row, so wait until the backfills are loaded.
      await expect(sequin.row(/public\.orders7 d ago/)).toBeVisible();
      await sequin.clickInRow(sequin.row(/public\.orders\d+%/), 'Pause Backfill');
      await expect(sequin.row(/public\.ordersPaused/)).toBeVisible();
      const unfinished = emulator.world
        .getSink('orders-to-kafka')
        .backfills.filter(({ isUnfinished }) => isUnfinished);
      expect(unfinished.map(({ json }) => json.state)).toEqual(['paused', 'paused']);

      await sequin.row(/public\.ordersPaused/).click();
      await sequin.detail.getByRole('button', { name: 'Resume', exact: true }).click();
      await expect(sequin.detail.getByRole('button', { name: 'Pause', exact: true })).toBeVisible();

      expectFilesOfManifest(findExtension(dataDir));
      expectLinksToTag(findExtension(dataDir));
    });
  });
}

/** Finds the folder of this extension, and expects only one version of the extension to be installed. */
function findExtension(dataDir: string): string {
  const extensions = join(dataDir, 'extensions');
  const folders = readdirSync(extensions).filter((name) => name.startsWith(manifest.publisher));
  expect(folders).toEqual([`${manifest.publisher}.${manifest.name}-${manifest.version}`]);
  return join(extensions, String(folders[0]));
}

/** Expects the folder to contain every file that `package.json` names. */
function expectFilesOfManifest(folder: string): void {
  const text = readFileSync(join(folder, 'package.json'), 'utf8');
  const paths = [...text.matchAll(/"(?:\.\/)?((?:dist|media|schemas|l10n)(?:\/[^"]+)?)"/g)].map(([, path]) =>
    String(path),
  );
  expect(paths).toContain('media/icon.png');
  expect(paths.filter((path) => !existsSync(join(folder, path)))).toEqual([]);
}

/**
 * Expects the pictures and links of the README and the changelog to lead to the tag of this version, since the package
 * doesn't contain their targets.
 */
function expectLinksToTag(folder: string): void {
  const repository = manifest.homepage.replace(/#.*/, '');
  for (const file of ['readme.md', 'changelog.md']) {
    const text = readFileSync(join(folder, file), 'utf8');
    const targets = [...text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, target]) => String(target));
    expect(targets).not.toEqual([]);
    expect(targets.filter((target) => !target.startsWith('https://'))).toEqual([]);
    for (const target of targets.filter((url) => url.startsWith(`${repository}/`))) {
      const [, kind, path = ''] = /^\/(blob|raw)\/v[\d.]+\/(.+)$/.exec(target.slice(repository.length)) ?? [];
      expect(target).toBe(`${repository}/${String(kind)}/v${manifest.version}/${path}`);
      expect(kind).toBe(path.endsWith('.png') ? 'raw' : 'blob');
      expect(existsSync(join(projectDir, path)), path).toBe(true);
    }
  }
}
