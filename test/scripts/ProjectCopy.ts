import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheDir, projectDir } from '../host/paths.ts';
import { createTemporaryFolder } from '../host/temporaryFolder.ts';

/**
 * A copy of the project in which scripts can build and install without disturbing tests that run at the same time. The
 * copy shares the npm packages of the project.
 */
export class ProjectCopy {
  readonly folder = join(createTemporaryFolder(), 'project');

  /** `hasVscode`: whether the copy also shares the downloaded versions of VS Code. */
  constructor({ hasVscode }: { readonly hasVscode: boolean }) {
    const { stdout } = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
      cwd: projectDir,
      encoding: 'utf8',
    });
    // Git also lists files that were deleted since the last commit.
    for (const file of stdout
      .split('\0')
      .filter((path) => path !== '' && existsSync(join(projectDir, path)))) {
      mkdirSync(dirname(join(this.folder, file)), { recursive: true });
      cpSync(join(projectDir, file), join(this.folder, file), { force: true });
    }
    symlinkSync(join(projectDir, 'node_modules'), join(this.folder, 'node_modules'), 'junction');
    if (hasVscode) {
      symlinkSync(cacheDir, join(this.folder, '.vscode-test'), 'junction');
    }
  }
}
