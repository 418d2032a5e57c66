import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { projectDir } from '../host/paths.ts';

/** The folder of the build. The tests need a build by `node esbuild.js`: a production build has no source maps. */
const dist = join(projectDir, 'dist');

describe('THIRD_PARTY_NOTICES.txt', () => {
  let notices: ReadonlyMap<string, string>;

  before(() => {
    const sections = readFileSync(join(dist, 'THIRD_PARTY_NOTICES.txt'), 'utf8')
      .split(/^={80}\n/m)
      .slice(1);
    notices = new Map(sections.map((section) => [section.split(' ', 1)[0] ?? '', section]));
  });

  it('lists every npm package that is a source of the bundles', () => {
    const bundled = new Set(
      readdirSync(dist)
        .filter((file) => file.endsWith('.map'))
        .flatMap(
          (file) => (JSON.parse(readFileSync(join(dist, file), 'utf8')) as { sources: string[] }).sources,
        )
        .flatMap((source) => /^.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? []),
    );
    for (const name of ['axios', 'lit-html', 'uplot', 'valibot', 'yaml']) {
      assert.ok(bundled.has(name), `no source map names ${name}`);
    }
    assert.deepEqual(
      [...bundled].filter((name) => !notices.has(name)),
      [],
    );
  });

  it('lists every dependency of the extension', () => {
    assert.deepEqual(
      Object.keys(manifest.dependencies).filter((name) => !notices.has(name)),
      [],
    );
  });

  it('has the text of each license that a package includes', () => {
    // This package doesn't include the text of its license.
    const withoutText = ['@vscode/l10n'];
    for (const [name, section] of notices) {
      assert.match(section, /^\S+ \d+\.\d+\.\d+ \([\w. -]+\)\n\n./);
      assert.equal(/copyright|licensor/i.test(section), !withoutText.includes(name), name);
    }
  });
});
