import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import manifest from '../../../package.json' with { type: 'json' };
import nls from '../../../package.nls.json' with { type: 'json' };
import { commandIds } from '../../../src/contributions/commandIds.ts';
import { contextKeys } from '../../../src/contributions/contextKeys.ts';
import { settingDefinitions } from '../../../src/contributions/parseSetting.ts';
import { createContextValue, menuRowKinds, rowFlags } from '../../../src/contributions/rowContext.ts';
import { toolNames } from '../../../src/contributions/toolNames.ts';
import {
  focusSinksCommand,
  pagePanelType,
  viewIds,
  walkthroughId,
} from '../../../src/contributions/viewIds.ts';
import { actionTexts } from '../../../src/text/actionText.ts';

const { commands, configuration, keybindings, languageModelTools, menus, views, viewsWelcome, walkthroughs } =
  manifest.contributes;
const menuItems = Object.values(menus).flat();
const allViews = Object.values(views).flat();
const walkthroughSteps = walkthroughs.flatMap(({ steps }) => steps);
const completionEvents = walkthroughSteps.flatMap((step) => step.completionEvents);
const conditions = [
  ...[...menuItems, ...viewsWelcome, ...languageModelTools, ...allViews].flatMap((item) =>
    'when' in item ? [item.when] : [],
  ),
  ...completionEvents.flatMap((event) => /^onContext:(.+)$/.exec(event)?.[1] ?? []),
];

const sorted = (values: Iterable<string>): string[] => [...new Set(values)].sort();

/** The terms of all `when` clauses, such as `view == sequin.sinks`, without negation. */
const terms = conditions
  .flatMap((condition) => condition.split(/ (?:&&|\|\|) /))
  .map((term) => term.replace(/^!/, ''));

/** The regular expressions that `when` clauses match against `viewItem`. */
const rowPatterns = terms.flatMap((term) => /^viewItem =~ \/(.+)\/$/.exec(term)?.[1] ?? []);

describe('the contributions in package.json', () => {
  it('have a constant for each command, and a command for each constant', () => {
    assert.deepEqual(sorted(Object.values(commandIds)), sorted(commands.map(({ command }) => command)));
  });

  it('have constants that are named like the commands', () => {
    for (const [name, id] of Object.entries(commandIds)) {
      assert.equal(id, `sequin.${name}`);
    }
  });

  it('give each command a unique title, since the Keyboard Shortcuts editor lists all commands', () => {
    const titles = commands.map(({ title }) => nls[title.slice(1, -1) as keyof typeof nls]);
    assert.deepEqual(
      titles.filter((title, index) => titles.indexOf(title) !== index),
      [],
    );
  });

  it('give all commands of a backfill action the icon of the action', () => {
    for (const { command, icon } of Object.values(actionTexts).filter((texts) => 'command' in texts)) {
      const contributed = commands.filter(({ command: id }) => id.startsWith(commandIds[command]));
      assert.ok(contributed.length > 0, command);
      for (const each of contributed) {
        assert.equal(each.icon, `$(${icon})`, each.command);
      }
    }
  });

  it('have a constant for each view, and a view for each constant', () => {
    assert.deepEqual(sorted(Object.values(viewIds)), sorted(allViews.map(({ id }) => id)));
  });

  it('have a definition for each setting, and a setting for each definition', () => {
    const keys = Object.values(settingDefinitions).map(({ key }) => key);
    assert.deepEqual(sorted(keys), sorted(Object.keys(configuration.properties)));
  });

  it('have a constant for each tool, and a tool for each constant', () => {
    assert.deepEqual(sorted(Object.values(toolNames)), sorted(languageModelTools.map(({ name }) => name)));
  });

  it('activate the extension for the page of a backfill or a sink', () => {
    assert.deepEqual(
      manifest.activationEvents.filter((event) => event.startsWith('onWebviewPanel:')),
      [`onWebviewPanel:${pagePanelType}`],
    );
  });

  it('list only known commands in menus', () => {
    const knownCommands = new Set<string>(Object.values(commandIds));
    assert.deepEqual(
      menuItems.map(({ command }) => command).filter((command) => !knownCommands.has(command)),
      [],
    );
  });

  it('use refreshAll instead of refresh in view titles, since VS Code passes the focused row to such commands', () => {
    const titleCommands: string[] = menus['view/title'].map(({ command }) => command);
    assert.ok(titleCommands.includes(commandIds.refreshAll) && !titleCommands.includes(commandIds.refresh));
  });

  it('use every context key of the extension in a when clause, and no unknown keys', () => {
    const keysOfVsCode = new Set([
      ...['view', 'viewItem', 'listMultiSelection', 'false'],
      ...['resourceFilename', 'resourceScheme', 'isInDiffEditor'],
    ]);
    const used = terms.map((term) => term.split(' ')[0] ?? '').filter((key) => !keysOfVsCode.has(key));
    assert.deepEqual(sorted(used), sorted(Object.values(contextKeys)));
  });

  it('compare the connection state with each of its values, and with nothing else', () => {
    const states = ['none', 'signedIn', 'signedOut', 'invalidAddress'];
    const compared = terms.flatMap(
      (term) => new RegExp(`^${contextKeys.connection} [=!]= (.+)$`).exec(term)?.[1] ?? [],
    );
    assert.deepEqual(sorted(compared), sorted(states));
  });

  it('have welcome contents for every state in which the tree is empty', () => {
    const expected = [
      ...['none', 'invalidAddress', 'signedOut'].map((state) => `sequin.connection == ${state}`),
      'sequin.connection == none && sequin.cliContexts',
    ];
    assert.deepEqual(sorted(viewsWelcome.map(({ when }) => when)), sorted(expected));
  });

  it('have welcome contents or a menu for each view, but not for unknown views', () => {
    const usedViews = [
      ...viewsWelcome.map(({ view }) => view),
      ...terms.flatMap((term) => /^view == (.+)$/.exec(term)?.[1] ?? []),
    ];
    assert.deepEqual(sorted(usedViews), sorted(Object.values(viewIds)));
  });

  it('refer only to known kinds of rows and known flags in context menus', () => {
    const kind = `(?:${menuRowKinds.join('|')}|\\((?:${menuRowKinds.join('|')})(?:\\|(?:${menuRowKinds.join('|')}))*\\))`;
    const flag = `(?:${rowFlags.join('|')}|\\((?:${rowFlags.join('|')})(?:\\|(?:${rowFlags.join('|')}))*\\))`;
    const shape = new RegExp(
      `^\\^sequin\\\\\\.${kind}(?:\\\\b(?:\\.\\*;${flag}\\\\b)?|\\(\\?!\\.\\*;${flag}\\\\b\\))$`,
    );
    assert.ok(rowPatterns.length > 0);
    assert.deepEqual(
      rowPatterns.filter((pattern) => !shape.test(pattern)),
      [],
    );
  });

  it('use every row flag in a context menu', () => {
    assert.deepEqual(
      rowFlags.filter((flag) => !rowPatterns.some((pattern) => new RegExp(`\\b${flag}\\b`).test(pattern))),
      [],
    );
  });

  const commandsWithOwnConnection: readonly string[] = [
    commandIds.showPlan,
    commandIds.compareWithServer,
    commandIds.exportConfiguration,
    commandIds.setMetricsUrl,
    commandIds.signOut,
    commandIds.openInConsole,
  ];
  for (const command of commandsWithOwnConnection) {
    it(`offer ${command} outside of rows only if there is a connection other than the sample data`, () => {
      const outside = menuItems.filter((item) => item.command === command && !item.when.includes('viewItem'));
      assert.ok(outside.length > 0);
      for (const { when } of outside) {
        assert.match(when, /sequin\.ownConnection == signedIn|!sequin\.severalConnections/);
      }
    });
  }

  const rowsWithoutCommand: readonly [command: string, title: string, contextValue: string][] = [
    [commandIds.startBackfill, 'a sink of an unreachable server', createContextValue('sink', [])],
    [commandIds.openInConsole, 'a sink of the sample data', createContextValue('sink', ['sample', 'start'])],
    [commandIds.openInConsole, 'a backfill of the sample data', createContextValue('backfill', ['sample'])],
    [
      commandIds.markProduction,
      'a connection with an invalid address',
      createContextValue('connection', ['invalidAddress']),
    ],
  ];
  for (const [command, title, contextValue] of rowsWithoutCommand) {
    it(`don't offer ${command} for ${title}`, () => {
      const patterns = menus['view/item/context']
        .filter((item) => item.command === command)
        .map(({ when }) => /viewItem =~ \/(.+?)\/(?: |$)/.exec(when)?.[1] ?? assert.fail(when));
      assert.deepEqual(
        patterns.filter((pattern) => new RegExp(pattern).test(contextValue)),
        [],
      );
    });
  }

  it('use only context menu patterns that match a row', () => {
    const contextValues = menuRowKinds.map((kind) => [
      createContextValue(kind, []),
      createContextValue(kind, rowFlags),
    ]);
    for (const pattern of rowPatterns) {
      assert.ok(
        contextValues.flat().some((contextValue) => new RegExp(pattern).test(contextValue)),
        pattern,
      );
    }
  });

  it('complete each step of the walkthrough when a context key is true', () => {
    for (const step of walkthroughSteps) {
      assert.ok(step.completionEvents.length > 0, step.id);
    }
    assert.deepEqual(
      completionEvents.filter((event) => !event.startsWith('onContext:')),
      [],
    );
    assert.deepEqual(
      walkthroughs.map(({ id }) => id),
      [walkthroughId],
    );
  });

  it('refer only to existing pictures in the walkthrough, for each kind of theme', () => {
    for (const { media } of walkthroughSteps) {
      for (const image of Object.values(media.image)) {
        assert.ok(existsSync(join(import.meta.dirname, '../../..', image)), image);
      }
    }
  });

  it('link only to known commands in the texts of package.nls.json', () => {
    const knownCommands = new Set<string>([
      ...Object.values(commandIds),
      ...[focusSinksCommand, 'workbench.action.openSettings'],
    ]);
    const links = Object.values(nls).flatMap((text) =>
      [...text.matchAll(/\(command:([\w.]+)/g)].map(([, command = '']) => command),
    );
    assert.ok(links.length > 5);
    assert.deepEqual(
      links.filter((command) => !knownCommands.has(command)),
      [],
    );
  });

  it('bind keys only to known commands, and only in the view whose focused row the command acts on', () => {
    const knownCommands = new Set<string>(Object.values(commandIds));
    const knownViews = new Set<string>(Object.values(viewIds));
    for (const binding of keybindings) {
      const [, view = ''] = /^focusedView == (\S+) && !inputFocus/.exec(binding.when) ?? [];
      assert.ok(knownCommands.has(binding.command) && knownViews.has(view), binding.command);
      assert.equal('args' in binding ? binding.args.view : view, view, binding.command);
    }
  });
});

describe('workspace settings', () => {
  it('can change only the display of trees and of sequin.yaml files', () => {
    const allowed = Object.entries(configuration.properties).filter(
      ([, { scope }]) => scope !== 'application',
    );
    assert.deepEqual(sorted(allowed.map(([name]) => name)), [
      'sequin.tree.runningFirst',
      'sequin.tree.showDatabases',
      'sequin.yaml.codeLens',
    ]);
  });
});

describe('the texts of package.json', () => {
  const textKeys =
    /^(?:title|shortTitle|displayName|description|markdownDescription|contents|name|category)$/;

  /** Finds the texts that VS Code shows from a part of package.json. */
  function findTexts(value: unknown): string[] {
    if (typeof value !== 'object' || value === null) {
      return [];
    }
    // Only language models read the input schemas of tools.
    return Object.entries(value).flatMap(([key, part]) =>
      key === 'inputSchema' ? [] : typeof part === 'string' && textKeys.test(key) ? [part] : findTexts(part),
    );
  }

  const references = (JSON.stringify(manifest).match(/"%[^%"]+%"/g) ?? []).map((match) => match.slice(2, -2));

  it('are all in package.nls.json', () => {
    const { displayName, description, contributes } = manifest;
    const texts = findTexts({ displayName, description, contributes });
    assert.ok(texts.length > 50);
    assert.deepEqual(
      texts.filter((text) => !/^(?:%.+%|Sequin|sequin[\w-]*)$/.test(text)),
      [],
    );
    assert.deepEqual(
      references.filter((key) => !(key in nls)),
      [],
    );
  });

  it('use every text in package.nls.json', () => {
    assert.deepEqual(
      Object.keys(nls).filter((key) => !references.includes(key)),
      [],
    );
  });
});
