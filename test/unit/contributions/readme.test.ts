import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import manifest from '../../../package.json' with { type: 'json' };
import texts from '../../../package.nls.json' with { type: 'json' };

const { commands, configuration, languageModelTools, menus } = manifest.contributes;
const readme = readFileSync(join(import.meta.dirname, '../../../README.md'), 'utf8');

/** Returns the cells of the table in a section of the README, without the table's header row. */
function readTable(section: string): string[][] {
  const [, body = ''] = readme.split(`\n## ${section}\n`);
  const rows = body.split(/\n##+ /)[0]?.match(/^\|.*\|$/gm) ?? [];
  return rows.slice(2).map((row) =>
    row
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

const toText = (key: string): string => new Map(Object.entries(texts)).get(key.replaceAll('%', '')) ?? key;

describe('README.md', () => {
  it('lists every command of the Command Palette by its title', () => {
    const hidden = menus.commandPalette.filter(({ when }) => when === 'false').map(({ command }) => command);
    const titles = commands
      .filter(({ command }) => !hidden.includes(command))
      .map(({ title }) => `**${toText(title)}**`);
    assert.deepEqual(
      readTable('Commands')
        .flatMap(([cell = '']) => cell.split(', '))
        .sort(),
      titles.sort(),
    );
  });

  it('lists every setting with its default, in the order of the Settings editor', () => {
    const settings = Object.entries(configuration.properties).map(([name, setting]) => [
      String(setting.order),
      `\`${name}\``,
      `\`${typeof setting.default === 'string' ? setting.default : JSON.stringify(setting.default)}\``,
    ]);
    const rows = readTable('Settings').map(([name, , defaultValue], index) => [
      String(index + 1),
      name,
      defaultValue,
    ]);
    assert.deepEqual(settings.sort(), rows);
  });

  it('lists every chat tool by its name', () => {
    const names = languageModelTools.map(({ toolReferenceName }) => `\`#${toolReferenceName}\``);
    assert.deepEqual(
      readTable('Chat tools')
        .map(([name]) => name)
        .sort(),
      names.sort(),
    );
  });
});
