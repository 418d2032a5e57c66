import type { SinkRef } from '../../model/BackfillRef.ts';
import type { TextRange } from '../document/YamlNode.ts';

export interface TextEdit {
  readonly range: TextRange;
  readonly newText: string;
}

/** A change that solves a problem. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly TextEdit[];
  /** A line that the change adds to the `.env` file in the folder of the YAML file. */
  readonly environmentLine?: string;
  /** The sink for which the fix starts a backfill. */
  readonly startsBackfillOf?: SinkRef;
}

/** A secret that can be moved to a variable in the `.env` file in the folder of the YAML file. */
export interface MovableSecret {
  /** The name of the new variable, unless another variable already has this name. */
  readonly suggestedName: string;
  /** The value in the syntax of `.env`, in quotes if necessary. */
  readonly quotedValue: string;
}

/** A problem in a `sequin.yaml` file. */
export interface Problem {
  /**
   * What found the problem: the YAML parser, the JSON Schema, or the extension's own rules. Red Hat's YAML extension
   * also reports syntax errors and violations of the schema.
   */
  readonly source: 'syntax' | 'schema' | 'rule';
  /** `error`: Sequin rejects the file or ignores a value. VS Code doesn't list hints in the Problems view. */
  readonly severity: 'error' | 'warning' | 'info' | 'hint';
  readonly range: TextRange;
  readonly message: string;
  /** The fixes, the preferred one first. */
  readonly fixes?: readonly Fix[];
  /** A secret in clear text. The fix for it depends on the content of `.env`. */
  readonly secret?: MovableSecret;
}

/** A problem that one of the extension's own rules found. */
export type RuleProblem = Omit<Problem, 'source'>;

/** Creates a fix that replaces the text in a range. */
export function createReplacement(title: string, range: TextRange, newText: string): Fix {
  return { title, edits: [{ range, newText }] };
}
