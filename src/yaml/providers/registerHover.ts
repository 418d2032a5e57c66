import * as vscode from 'vscode';
import { createHover, type YamlHover } from '../features/hover.ts';
import type { YamlSupportContext } from '../YamlSupportContext.ts';
import { usesSchema } from './yamlExtension.ts';
import { toRange, type YamlFiles, yamlSelector } from './YamlFiles.ts';
import type { YamlServers } from './YamlServers.ts';

/** Registers the hovers of sinks, variables, names, keys and their values. */
export function registerHover(
  files: YamlFiles,
  servers: YamlServers,
  { clock, createSinkHover }: YamlSupportContext,
): vscode.Disposable {
  const describeSink = (document: vscode.TextDocument, { sinkName }: YamlHover): vscode.MarkdownString[] => {
    const monitor = sinkName === undefined ? undefined : servers.getMonitor(document);
    const sink = [...(monitor?.snapshot.sinks.values() ?? [])].find(({ name }) => name === sinkName);
    return monitor === undefined || sink === undefined ? [] : [createSinkHover(sink, monitor, clock.now())];
  };
  return vscode.languages.registerHoverProvider(yamlSelector, {
    provideHover(document, position) {
      const file = files.get(document);
      const hover =
        file &&
        createHover(file, document.offsetAt(position), {
          environment: process.env,
          describesKeys: !usesSchema(document),
        });
      if (hover === undefined) {
        return undefined;
      }
      const parts = [
        ...hover.parts.map((part) => new vscode.MarkdownString(part)),
        ...describeSink(document, hover),
      ];
      return parts.length === 0 ? undefined : new vscode.Hover(parts, toRange(document, hover.range));
    },
  });
}
