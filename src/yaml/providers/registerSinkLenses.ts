import * as vscode from 'vscode';
import { createSinkLenses } from '../features/sinkLenses.ts';
import type { YamlSupportContext } from '../YamlSupportContext.ts';
import { toRange, type YamlFiles, yamlSelector } from './YamlFiles.ts';
import type { YamlServers } from './YamlServers.ts';

/** Registers the lenses that show the backfills of each sink above its name. A setting turns them off. */
export function registerSinkLenses(
  files: YamlFiles,
  servers: YamlServers,
  { settings }: YamlSupportContext,
): vscode.Disposable {
  const changeEmitter = new vscode.EventEmitter<void>();
  const fire = (): void => {
    changeEmitter.fire();
  };
  return vscode.Disposable.from(
    changeEmitter,
    servers.onDidChange(fire),
    settings.onDidChange('yamlCodeLens', fire),
    vscode.languages.registerCodeLensProvider(yamlSelector, {
      onDidChangeCodeLenses: changeEmitter.event,
      provideCodeLenses(document) {
        const file = settings.yamlCodeLens ? files.get(document) : undefined;
        const monitor = file && servers.getMonitor(document);
        return file === undefined || monitor === undefined
          ? []
          : createSinkLenses(file, monitor).map(
              ({ range, title, command, target }) =>
                new vscode.CodeLens(toRange(document, range), {
                  title,
                  command,
                  arguments: [target ?? document.uri],
                }),
            );
      },
    }),
  );
}
