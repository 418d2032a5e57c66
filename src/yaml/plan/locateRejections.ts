import { findViolations, type Violation } from '../checks/findViolations.ts';
import { listNodes, listScalars } from '../document/listNodes.ts';
import { listNodesWithSchemas } from '../document/schema.ts';
import { collectSymbols, type SymbolDefinition, type YamlSymbols } from '../document/symbols.ts';
import { getEntry, type TextRange, type YamlMap, type YamlNode } from '../document/YamlNode.ts';

/** The keys that Sequin's errors name differently, by the names in the errors. */
const keyAliases: Readonly<Record<string, string>> = {
  exclude_table_oids: 'exclude_tables',
  include_table_oids: 'include_tables',
  enrichment_id: 'enrichment',
  filter_id: 'filter',
  routing_id: 'routing',
  transform_id: 'transform',
  replication_slot_id: 'database',
};

/** Keys that are also ordinary words in errors, so a mention doesn't indicate a position. */
const ambiguousKeys = ['sink', 'source', 'function', 'destination', 'database', 'type', 'name', 'sinks'];

/** The maximum number of errors to locate. Each takes time in proportion to the length of the file. */
const maxReasons = 20;

/** The number of characters at the start of an error that are searched for names and keys. */
const maxReasonLength = 2_000;

/** An error of the server, and the position that it is about. */
interface LocatedReason {
  readonly reason: string;
  readonly range: TextRange;
}

/** Finds the positions that the errors of the server are about. Leaves out errors without a position. Never throws. */
export function locateRejections(root: YamlMap, reasons: readonly string[]): LocatedReason[] {
  return reasons.slice(0, maxReasons).flatMap((reason) => {
    const range = locateRejection(root, reason.slice(0, maxReasonLength));
    return range === undefined ? [] : [{ reason, range }];
  });
}

/**
 * Finds the position that an error of the server is about, from the names and keys that the error mentions. Undefined
 * if these occur in several places.
 */
function locateRejection(root: YamlMap, reason: string): TextRange | undefined {
  const symbols = collectSymbols(root);
  return (
    locateInvalidName(symbols, reason) ??
    locateMissingReference(symbols, reason) ??
    locateInDefinition(root, symbols, reason) ??
    locateValue(root, reason) ??
    locateKey(root, root, reason)
  );
}

/** For example: `Can only contain alphanumeric characters, underscores, hyphens, or dots`. */
function locateInvalidName({ definitions }: YamlSymbols, reason: string): TextRange | undefined {
  return reason.includes('only contain alphanumeric')
    ? definitions.find(({ name }) => !/^[\w.-]+$/.test(name))?.range
    : undefined;
}

/** For example: ``Not found: No `database` found matching the provided ID or name``. */
function locateMissingReference(
  { definitions, references }: YamlSymbols,
  reason: string,
): TextRange | undefined {
  const resource = /No `([\w ]+)` found/.exec(reason)?.[1];
  const undefinedNames = references.filter(
    ({ kind, name }) =>
      kindLabels[kind].toLowerCase() === resource &&
      !definitions.some((definition) => definition.kind === kind && definition.name === name),
  );
  return getOnlyItem(undefinedNames)?.range;
}

/** For example: `Error creating database 'shop': hostname: can't be blank`. */
function locateInDefinition(
  root: YamlMap,
  { definitions }: YamlSymbols,
  reason: string,
): TextRange | undefined {
  const subject = /(database|HTTP endpoint|function|change retention|sink) '([^']+)':\s*([^]*)/.exec(reason);
  const [, label = '', name, problem = ''] = subject ?? [];
  const definition = definitions.find((each) => each.name === name && kindLabels[each.kind] === label);
  return definition && (locateKey(root, definition.node, problem) ?? definition.range);
}

/** The names of the kinds in Sequin's errors. */
const kindLabels: Readonly<Record<SymbolDefinition['kind'], string>> = {
  database: 'database',
  httpEndpoint: 'HTTP endpoint',
  function: 'function',
  changeRetention: 'change retention',
  sink: 'sink',
};

/** For example: `Table 'public.orders' not found in database 'shop'`. */
function locateValue(root: YamlMap, reason: string): TextRange | undefined {
  const scalars = listScalars(root);
  for (const [, quoted, named] of reason.matchAll(/'([^'\n]+)'|new slot name: ([^)\s]+)/g)) {
    const scalar = getOnlyItem(scalars.filter(({ node }) => node.value === (quoted ?? named)));
    if (scalar !== undefined) {
      return scalar.node.range;
    }
  }
  return undefined;
}

/** For example: `Unknown field: filters`, or `sink hosts must be a comma-separated list`. */
function locateKey(root: YamlMap, scope: YamlNode, reason: string): TextRange | undefined {
  // Except for list items, the lines after the first one are help, or a dump of internal data.
  const [firstLine = ''] = reason.split(/\n(?!- )/, 1);
  const words = (firstLine.match(/[a-z][a-z_]+/g) ?? []).map((word) => keyAliases[word] ?? word);
  const violations = findViolations(listNodesWithSchemas(root));
  const invalidNodes = new Set(violations.map(({ steps }) => steps.at(-1)?.node));
  const allEntries = listNodes(scope).flatMap(({ entry }) => entry ?? []);
  // Leaves out the keys of sections, such as `functions`: in errors, such a word means a kind of resource.
  const entriesInSections = allEntries.filter((entry) => !root.entries.includes(entry));
  for (const word of words.filter((each) => !ambiguousKeys.includes(each))) {
    const entries = entriesInSections.filter(({ key }) => key === word);
    const entry = getOnlyItem(entries) ?? getOnlyItem(entries.filter(({ value }) => invalidNodes.has(value)));
    const violation =
      entries.length === 0 ? getOnlyItem(violations.filter(({ key }) => key === word)) : undefined;
    const range = entry?.keyRange ?? (violation && locateMissingKey(violation));
    if (range !== undefined) {
      return range;
    }
  }
  return undefined;
}

/** Finds the key that requires a missing key: by default, `type`. Without such a key, finds the map. */
function locateMissingKey({ steps, requiredBy = 'type' }: Violation): TextRange | undefined {
  const node = steps.at(-1)?.node;
  return getEntry(node, requiredBy)?.keyRange ?? node?.range;
}

function getOnlyItem<T>(items: readonly T[]): T | undefined {
  return items.length === 1 ? items[0] : undefined;
}
