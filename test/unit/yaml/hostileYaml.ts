/** A kind of `sequin.yaml` for which a naive reader needs quadratic time. */
interface HostileYaml {
  readonly name: string;
  /** Creates a text of about the given length, and never longer. */
  readonly text: (length: number) => string;
  /** The tables that the text mentions for the sink `orders`. */
  readonly tables: readonly string[];
}

/** Texts with so many aliases that the YAML library needs quadratic time to expand them. */
export const manyAliases: readonly HostileYaml[] = [
  {
    name: 'many sinks that each merge a map',
    text: (length) => {
      const head = 'base: &base\n  table: a\nsinks:\n';
      const end = '  - { <<: *base, name: orders, tables: [{ name: b }] }\n';
      const sinks = linesUpTo(
        length - head.length - end.length,
        (index) => `  - name: sink-${index}\n    <<: *base\n`,
      );
      return head + sinks + end;
    },
    tables: ['public.a', 'public.b'],
  },
  {
    name: 'many anchors with an alias each',
    text: (length) => {
      const head = 'sinks:\n  - name: orders\n    table: a\n';
      return head + linesUpTo(length - head.length, (index) => `  - &a${index} b\n  - *a${index}\n`);
    },
    tables: ['public.a'],
  },
  {
    name: 'many items that all merge one large map',
    text: (length) => {
      const map = linesUpTo(length / 2 - 100, (index) => `  a${index}: 1\n`);
      const items = linesUpTo(length / 2, () => '    - <<: *b\n');
      return `base: &b\n${map}  name: a\nsinks:\n- name: orders\n  tables:\n${items}`;
    },
    // Expanded, it would be too large.
    tables: [],
  },
];

/** Texts for which the work could grow quadratically with their length. */
export const hostileYaml: readonly HostileYaml[] = [
  {
    name: 'many sinks',
    text: (length) => {
      const head = 'sinks:\n  - name: orders\n    table: a\n';
      return head + linesUpTo(length - head.length, (index) => `  - name: sink-${index}\n    table: b\n`);
    },
    tables: ['public.a'],
  },
  {
    name: 'a sink with many keys',
    text: (length) => {
      const head = 'sinks:\n- table: a\n  name: orders\n';
      return head + linesUpTo(length - head.length, (index) => `  k${index}: 1\n`);
    },
    tables: ['public.a'],
  },
];

/** Joins as many lines as fit into the length. */
export function linesUpTo(length: number, line: (index: number) => string): string {
  const lines: string[] = [];
  for (let left = length - line(0).length; left >= 0; left -= line(lines.length).length) {
    lines.push(line(lines.length));
  }
  return lines.join('');
}
