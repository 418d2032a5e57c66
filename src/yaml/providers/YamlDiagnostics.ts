import * as vscode from 'vscode';
import type { Clock } from '../../shared/clock.ts';
import { DisposableBase, MutableDisposable } from '../../shared/lifecycle.ts';
import { type CheckContext, checkYaml } from '../checks/checkYaml.ts';
import type { Problem } from '../checks/Problem.ts';
import { listDatabases } from '../features/chooseServer.ts';
import { findExistingSinks } from '../features/sinkLenses.ts';
import type { YamlFile } from '../YamlFile.ts';
import { isReportedByYamlExtension } from './yamlExtension.ts';
import { deleteDiagnostics, toRange, type YamlFiles } from './YamlFiles.ts';
import type { YamlServers } from './YamlServers.ts';

/** How long typing must pause before a file is checked, in milliseconds. */
const checkDelayMs = 300;

const severities = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
  hint: vscode.DiagnosticSeverity.Hint,
};

/** The databases and sinks of the server that a file is compared with. */
type ServerContent = Pick<CheckContext, 'knownDatabases' | 'existingSinks'>;

/** Reports the problems of open `sequin.yaml` files: at once when a file opens, and after a pause in typing. */
export class YamlDiagnostics extends DisposableBase {
  readonly #files: YamlFiles;
  readonly #servers: YamlServers;
  readonly #clock: Clock;
  /** The keys of the {@link ServerContent} that each file was last checked with, by the URI of the file. */
  readonly #serverContentKeys = new Map<string, string>();
  readonly #collection = this.register(vscode.languages.createDiagnosticCollection('sequin'));
  readonly #timer = this.register(new MutableDisposable());
  /** The files that have changed since they were last checked. */
  readonly #changedDocuments = new Set<vscode.TextDocument>();
  readonly #problems = new WeakMap<vscode.Diagnostic, Problem>();

  constructor(files: YamlFiles, servers: YamlServers, clock: Clock) {
    super();
    this.#files = files;
    this.#servers = servers;
    this.#clock = clock;
    this.register(
      servers.onDidChange(() => {
        this.#checkIfServerChanged();
      }),
    );
    const subscriptions = vscode.Disposable.from(
      vscode.workspace.onDidOpenTextDocument((document) => {
        this.#check(document);
      }),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (document.languageId === 'yaml' && contentChanges.length > 0) {
          this.#checkLater(document);
        }
      }),
      vscode.workspace.onDidCloseTextDocument((document) => {
        this.#changedDocuments.delete(document);
        this.#clear(document);
      }),
      vscode.extensions.onDidChange(() => {
        this.#checkAll();
      }),
    );
    this.register(subscriptions);
    this.#checkAll();
  }

  /** The problem that a diagnostic describes; undefined for diagnostics of other extensions. */
  getProblem(diagnostic: vscode.Diagnostic): Problem | undefined {
    return this.#problems.get(diagnostic);
  }

  /**
   * Returns the diagnostics of a document that are in a range or touch it. First checks the document if it has changed.
   */
  getDiagnostics(document: vscode.TextDocument, range: vscode.Range): readonly vscode.Diagnostic[] {
    if (this.#changedDocuments.has(document)) {
      this.#check(document);
    }
    return (this.#collection.get(document.uri) ?? []).filter(
      (diagnostic) => diagnostic.range.intersection(range) !== undefined,
    );
  }

  #checkAll(): void {
    vscode.workspace.textDocuments.forEach((document) => {
      this.#check(document);
    });
  }

  #checkLater(document: vscode.TextDocument): void {
    this.#changedDocuments.add(document);
    this.#timer.value = this.#clock.schedule(checkDelayMs, () => {
      this.#changedDocuments.forEach((changed) => {
        this.#check(changed);
      });
    });
  }

  #clear({ uri }: vscode.TextDocument): void {
    this.#serverContentKeys.delete(uri.toString());
    deleteDiagnostics(this.#collection, uri);
  }

  #check(document: vscode.TextDocument): void {
    this.#changedDocuments.delete(document);
    const file = this.#files.get(document);
    if (file === undefined) {
      this.#clear(document);
      return;
    }
    const content = this.#getServerContent(document, file);
    this.#serverContentKeys.set(document.uri.toString(), toKey(content));
    const problems = checkYaml(file.parsed, file.text, { environment: process.env, ...content });
    const diagnostics = problems
      .filter(({ source }) => !isReportedByYamlExtension(source, document))
      .map((problem) => this.#createDiagnostic(document, problem));
    this.#collection.set(document.uri, diagnostics);
  }

  #getServerContent(document: vscode.TextDocument, file: YamlFile): ServerContent {
    const monitor = this.#servers.getMonitor(document);
    const knownDatabases = new Set(monitor === undefined ? [] : listDatabases(monitor));
    const sinks = monitor === undefined ? [] : findExistingSinks(file, monitor);
    return { knownDatabases, existingSinks: new Map([...sinks].map(([name, { ref }]) => [name, ref])) };
  }

  /**
   * Checks the files whose server has other databases or sinks than at the last check. The progress of backfills
   * changes neither.
   */
  #checkIfServerChanged(): void {
    for (const document of vscode.workspace.textDocuments) {
      const file = this.#files.get(document);
      const key = this.#serverContentKeys.get(document.uri.toString());
      if (file !== undefined && key !== toKey(this.#getServerContent(document, file))) {
        this.#check(document);
      }
    }
  }

  #createDiagnostic(document: vscode.TextDocument, problem: Problem): vscode.Diagnostic {
    const { range, message, severity } = problem;
    const diagnostic = new vscode.Diagnostic(toRange(document, range), message, severities[severity]);
    diagnostic.source = 'Sequin';
    this.#problems.set(diagnostic, problem);
    return diagnostic;
  }
}

/** Returns equal keys for equal content. Sorts the content, because Sequin lists sinks in no particular order. */
function toKey({ knownDatabases, existingSinks }: ServerContent): string {
  const sinks = [...existingSinks].map(([name, { sinkId }]) => [name, sinkId].join('\n'));
  return JSON.stringify([[...knownDatabases].sort(), sinks.sort()]);
}
