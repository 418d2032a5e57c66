import * as l10n from '@vscode/l10n';
import { toDisplayText } from '../../text/toDisplayText.ts';
import { quoteIfNeeded } from '../document/quoteIfNeeded.ts';
import type { NodeWithSchemas, ValueSchema } from '../document/schema.ts';
import { findVariables } from '../document/variables.ts';
import { getEntry, type TextRange, type YamlNode, type YamlStep } from '../document/YamlNode.ts';
import { findSimilar, suggestSimilar } from './findSimilar.ts';
import { findViolations, type Violation } from './findViolations.ts';
import { createReplacement, type Fix, type Problem } from './Problem.ts';

/** Reports what the JSON Schema (`schemas/sequin.schema.json`) rejects. */
export function checkSchema(nodes: readonly NodeWithSchemas[], text: string): Problem[] {
  return findViolations(nodes).map((violation) => ({
    source: 'schema',
    severity: 'error',
    ...describeViolation(violation, text),
  }));
}

type Description = Pick<Problem, 'range' | 'message' | 'fixes'>;

function describeViolation(violation: Violation, text: string): Description {
  const { keyword, schema, steps, key = '', requiredBy = '' } = violation;
  const node = steps.at(-1)?.node;
  const range = findValueRange(steps);
  switch (keyword) {
    case 'required':
      return describeMissingKey(violation, key, text);
    case 'dependencies':
      return {
        range: getEntry(node, requiredBy)?.keyRange ?? range,
        message: l10n.t('"{0}" requires the key "{1}".', requiredBy, key),
        fixes: createKeyFixes(key, node, text),
      };
    case 'additionalProperties':
      return describeUnknownKey(key, node, range, schema.properties ?? {});
    case 'enum':
    case 'const':
      return describeEnum(schema, node, range);
    case 'pattern':
      return { range, message: schema.patternErrorMessage ?? l10n.t('Invalid value.') };
    default:
      return {
        range,
        message: schema.errorMessage ?? describeKeyword(keyword, schema),
        fixes: keyword === 'type' ? createConversionFixes(schema.type, node, text) : [],
      };
  }
}

function describeKeyword(keyword: Violation['keyword'], schema: ValueSchema): string {
  switch (keyword) {
    case 'type':
      return describeType(schema.type);
    case 'minimum':
      return l10n.t('Must be at least {0}.', schema.minimum ?? 0);
    case 'maximum':
      return l10n.t('Must be at most {0}.', schema.maximum ?? 0);
    case 'minLength':
    case 'minItems':
      return l10n.t('Can’t be empty.');
    case 'maxLength':
      return l10n.t('Can have at most {0} characters.', schema.maxLength ?? 0);
    default:
      return l10n.t('Not allowed here.');
  }
}

/**
 * Describes a missing key. Marks the type if the type requires the key; otherwise marks the map that lacks the key.
 */
function describeMissingKey({ schema, steps }: Violation, key: string, text: string): Description {
  const node = steps.at(-1)?.node;
  const fixes = createKeyFixes(key, node, text);
  const type = schema.type === undefined ? getEntry(node, 'type') : undefined;
  if (type?.isInherited === false && type.value.kind === 'scalar') {
    const message = l10n.t(
      'The type {0} requires the key "{1}".',
      toDisplayText(String(type.value.value)),
      key,
    );
    return { range: type.value.range, message, fixes };
  }
  return { range: findContainerRange(steps), message: l10n.t('The key "{0}" is missing.', key), fixes };
}

function describeUnknownKey(
  key: string,
  node: YamlNode | undefined,
  fallbackRange: TextRange,
  knownKeys: Readonly<Record<string, unknown>>,
): Description {
  const range = getEntry(node, key)?.keyRange ?? fallbackRange;
  return {
    range,
    message: l10n.t('Unknown key "{0}". Sequin rejects it.', toDisplayText(key)),
    fixes: suggestSimilar(key, Object.keys(knownKeys), range),
  };
}

function describeEnum(schema: ValueSchema, node: YamlNode | undefined, range: TextRange): Description {
  const allowed = schema.enum ?? [schema.const];
  const isReplaceable = node?.kind === 'scalar' && node.value !== null;
  const value = isReplaceable ? String(node.value) : '';
  // Lists each name once. For example, both `true` and `"true"` may be allowed.
  const allowedNames = [...new Set(allowed.map(String))];
  const similarName = allowedNames.length === 1 ? allowedNames[0] : findSimilar(value, allowedNames);
  const nameInOtherCase = allowedNames.find((name) => name.toLowerCase() === value.toLowerCase());
  const suggestedValue = allowed.find((each) => String(each) === similarName);
  const replacement = typeof suggestedValue === 'string' ? quoteIfNeeded(suggestedValue) : similarName;
  const message =
    nameInOtherCase === undefined
      ? l10n.t('Must be one of {0}.', allowedNames.join(', '))
      : l10n.t('Must be {0}. Values are case-sensitive.', nameInOtherCase);
  return {
    range,
    message: schema.errorMessage ?? message,
    fixes:
      replacement === undefined || !isReplaceable
        ? []
        : [createReplacement(l10n.t('Change to {0}', replacement), range, replacement)],
  };
}

function describeType(type: string | readonly string[] | undefined): string {
  switch (typeof type === 'string' ? type : type?.[0]) {
    case 'string':
      return l10n.t('Must be a string. Put the value in quotes.');
    case 'object':
      return l10n.t('Must be a map.');
    case 'array':
      return l10n.t('Must be a list.');
    case 'integer':
      return l10n.t('Must be an integer.');
    default:
      return l10n.t('Must be true or false.');
  }
}

/**
 * Offers to quote a value where a string is required. Where a number or a boolean is required, offers to remove the
 * quotes, or to replace a variable with its default.
 */
function createConversionFixes(type: unknown, node: YamlNode | undefined, text: string): Fix[] {
  if (node?.kind !== 'scalar' || node.value === null) {
    return [];
  }
  if (type === 'string') {
    const quoted = JSON.stringify(text.slice(node.range.start, node.range.end));
    return [createReplacement(l10n.t('Put in quotes'), node.range, quoted)];
  }
  const value = String(node.value);
  const variable = findVariables(value).find(({ range }) => range.end - range.start === value.length);
  const literal = variable !== undefined && /[-=]/.test(variable.operator) ? variable.operand : value;
  const isLiteral = String(type).includes('integer')
    ? /^\d+$/.test(literal)
    : String(type).includes('boolean') && /^(?:true|false)$/.test(literal);
  return isLiteral ? [createReplacement(l10n.t('Change to {0}', literal), node.range, literal)] : [];
}

/** Offers to add a key below the other keys of a map in block style. */
function createKeyFixes(key: string, node: YamlNode | undefined, text: string): Fix[] {
  const lastEntry =
    node?.kind === 'map' ? node.entries.findLast(({ isInherited }) => !isInherited) : undefined;
  if (node === undefined || lastEntry === undefined || text.startsWith('{', node.range.start)) {
    return [];
  }
  const lineStart = text.lastIndexOf('\n', node.range.start - 1) + 1;
  const indentation = ' '.repeat(node.range.start - lineStart);
  // Inserts the key at the end of a line, because a comment may follow the last value. If that value is an alias, its
  // range is that of the anchor, which is earlier in the file than the key.
  const end = Math.max(lastEntry.value.range.end, lastEntry.keyRange.end);
  const lineEnd = end + text.slice(end).search(/\r?\n|$/);
  const rangeAtEnd = { start: lineEnd, end: lineEnd };
  return [createReplacement(l10n.t('Add {0}', key), rangeAtEnd, `\n${indentation}${key}: `)];
}

/** The range to mark for a value: that of a scalar itself, or that of the key of a list, a map or a missing value. */
function findValueRange(steps: readonly YamlStep[]): TextRange {
  const { node, entry } = steps.at(-1) ?? {};
  const isNonNullScalar = node?.kind === 'scalar' && node.value !== null;
  return isNonNullScalar || node === undefined
    ? (node?.range ?? { start: 0, end: 0 })
    : findContainerRange(steps, entry?.keyRange);
}

/** The range to mark for a list or a map: that of its key or, for a map in a list, that of its first entry. */
function findContainerRange(steps: readonly YamlStep[], keyRange = steps.at(-1)?.entry?.keyRange): TextRange {
  const node = steps.at(-1)?.node;
  if (keyRange !== undefined || node === undefined) {
    return keyRange ?? { start: 0, end: 0 };
  }
  const firstEntry = node.kind === 'map' ? node.entries.find(({ isInherited }) => !isInherited) : undefined;
  return firstEntry === undefined
    ? node.range
    : {
        start: firstEntry.keyRange.start,
        end: Math.max(firstEntry.keyRange.end, firstEntry.value.range.end),
      };
}
