import { formatDestinationType } from '../../text/sinkText.ts';
import { toDisplayText } from '../../text/toDisplayText.ts';
import { type SymbolKind, symbolKindsBySection } from '../document/symbols.ts';
import {
  getEntry,
  getItems,
  getString,
  getValue,
  type TextRange,
  type YamlNode,
} from '../document/YamlNode.ts';
import type { YamlFile } from '../YamlFile.ts';

/** An entry of the outline. */
export interface OutlineItem {
  readonly name: string;
  readonly detail: string;
  readonly kind: SymbolKind | 'section' | 'other';
  readonly range: TextRange;
  readonly nameRange: TextRange;
  readonly children: readonly OutlineItem[];
}

/** Creates an item for each section of a file and, below it, an item for each entry with a name. */
export function createOutline({ root }: YamlFile): OutlineItem[] {
  return root.entries.map(({ key, keyRange, value }) => ({
    name: toDisplayText(key),
    detail: '',
    kind: 'section',
    range: { start: keyRange.start, end: Math.max(keyRange.end, value.range.end) },
    nameRange: keyRange,
    children: getItems(value).flatMap((item) => createItem(symbolKindsBySection.get(key) ?? 'other', item)),
  }));
}

function createItem(kind: OutlineItem['kind'], node: YamlNode): OutlineItem[] {
  const name = getString(node, 'name') ?? getString(node, 'email');
  const entry = getEntry(node, 'name') ?? getEntry(node, 'email');
  const hasOwnName = entry?.isInherited === false && name !== undefined && name !== '';
  return hasOwnName
    ? [
        {
          name: toDisplayText(name),
          detail: getDetail(kind, node),
          kind,
          range: node.range,
          nameRange: entry.value.range,
          children: [],
        },
      ]
    : [];
}

function getDetail(kind: OutlineItem['kind'], node: YamlNode): string {
  switch (kind) {
    case 'sink':
      return formatDestinationType(getString(getValue(node, 'destination'), 'type') ?? '');
    case 'function':
      return toDisplayText(getString(node, 'type') ?? '');
    default:
      return '';
  }
}
