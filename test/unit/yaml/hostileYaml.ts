/** A kind of `sequin.yaml` that a naive parser needs quadratic time to read. */
interface HostileYaml {
  readonly name: string;
  /** Creates a file of at most the given length, and nearly as long. */
  readonly text: (length: number) => string;
  /** What `findTablesInYaml` must return for the sink `orders`. */
  readonly expectedTables: readonly string[];
}

/**
 * Files with so many aliases that the YAML library needs quadratic time to expand them. The reader must limit its work.
 */
export const aliasHeavyYaml: readonly HostileYaml[] = [
  {
    name: 'many sinks that each merge a map',
    text: (length) => {
      const head = 'base: &base\n  table: a\nsinks:\n';
      const end = '  - { <<: *base, name: orders, tables: [{ name: b }] }\n';
      const sinks = repeatUpTo(
        length - head.length - end.length,
        (index) => `  - name: sink-${index}\n    <<: *base\n`,
      );
      return head + sinks + end;
    },
    expectedTables: ['public.a', 'public.b'],
  },
  {
    name: 'many anchors with an alias each',
    text: (length) => {
      const head = 'sinks:\n  - name: orders\n    table: a\n';
      return head + repeatUpTo(length - head.length, (index) => `  - &a${index} b\n  - *a${index}\n`);
    },
    expectedTables: ['public.a'],
  },
  {
    name: 'many items that all merge one large map',
    text: (length) => {
      const map = repeatUpTo(length / 2 - 100, (index) => `  a${index}: 1\n`);
      const items = repeatUpTo(length / 2, () => '    - <<: *b\n');
      return `base: &b\n${map}  name: a\nsinks:\n- name: orders\n  tables:\n${items}`;
    },
    // None: the expansion exceeds the limit, so the reader gives up.
    expectedTables: [],
  },
];

/** Files without aliases. The work of the reader must grow in proportion to their length. */
export const aliasFreeYaml: readonly HostileYaml[] = [
  {
    name: 'many sinks',
    text: (length) => {
      const head = 'sinks:\n  - name: orders\n    table: a\n';
      return head + repeatUpTo(length - head.length, (index) => `  - name: sink-${index}\n    table: b\n`);
    },
    expectedTables: ['public.a'],
  },
  {
    name: 'a sink with many keys',
    text: (length) => {
      const head = 'sinks:\n- table: a\n  name: orders\n';
      return head + repeatUpTo(length - head.length, (index) => `  k${index}: 1\n`);
    },
    expectedTables: ['public.a'],
  },
];

/** Lists that are 98 levels deep. Each list except the first contains an alias of the previous list. */
const nestedLists = Array.from(
  { length: 291 },
  (_, index) => `&a${index} ${'['.repeat(98)}${index === 0 ? '' : `*a${index - 1}`}${']'.repeat(98)}\n`,
);

/** Files with few levels of brackets, in which aliases nest lists thousands of levels deep, in keys or in values. */
export const deepAliasYaml: readonly string[] = [
  `x:\n${nestedLists.map((list) => `  ? ${list}`).join('')}z: *a290\n`,
  nestedLists.map((list, index) => `l${index}: ${list}`).join(''),
];

/** Joins as many items as fit into the length. */
export function repeatUpTo(length: number, createItem: (index: number) => string): string {
  const items: string[] = [];
  for (let left = length - createItem(0).length; left >= 0; left -= createItem(items.length).length) {
    items.push(createItem(items.length));
  }
  return items.join('');
}
