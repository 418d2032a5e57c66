import type { MarkdownString } from 'vscode';
import type { ServerRegistry } from '../servers/ServerRegistry.ts';
import { deepEqual } from '../shared/deepEqual.ts';
import { getRowKind } from './getRowKind.ts';
import type { ListRootNodes, Row, TreeDisplayOptions } from './RowKind.ts';
import { getRowId, type TreeNode } from './TreeNode.ts';

/** The number of backfills that a sink shows initially, and that **Show More** adds. */
const backfillStep = 50;

/** The minimum time between refreshes of a row for progress alone, in ms. VS Code keeps memory for each refresh. */
export const progressIntervalMs = 5_000;

/**
 * How long a hover may be open after VS Code requested it, in ms. A refresh of its row, or of a row above, would close
 * the hover, so refreshes for progress and times alone wait.
 */
const hoverDurationMs = 20_000;

/** A row as VS Code last got it, or as VS Code will get it after a requested refresh. */
interface ShownRow {
  /** VS Code identifies rows by object identity, so there is one object per row. */
  readonly node: TreeNode;
  readonly children?: readonly TreeNode[];
  readonly maxBackfills?: number;
  readonly content?: ShownContent;
}

interface ShownContent {
  readonly row: Row;
  readonly shownAt: number;
  /** VS Code keeps the hover, and requests a new one only after the row is refreshed. */
  readonly hover?: { readonly text: string; readonly createdAt: number };
}

/** The rows to refresh. */
export interface OutdatedRows {
  /** Whether to refresh the whole tree, because rows at the root were added, removed or moved. */
  readonly isRootOutdated: boolean;
  /** Rows whose content or children changed. VS Code also refreshes the rows below them. */
  readonly nodes: readonly TreeNode[];
  /** Changed rows to refresh later, because they were refreshed recently or a hover may be open. */
  readonly deferred: readonly TreeNode[];
  /**
   * The local time at which to search again, for deferred rows and for requests that VS Code may have dropped; infinite
   * if there are neither.
   */
  readonly deferredUntil: number;
}

/** A search for outdated rows, with what it has found so far. */
interface Search {
  readonly now: number;
  readonly mayHaveChanged: (node: TreeNode) => boolean;
  readonly nodes: TreeNode[];
  readonly deferred: TreeNode[];
  deferredUntil: number;
}

/** The dependencies of {@link ShownRows}. */
export interface RowSource {
  readonly servers: Pick<ServerRegistry, 'all' | 'getServer'>;
  readonly getDisplayOptions: () => TreeDisplayOptions;
  /** Lists the rows at the root. */
  readonly listRootNodes: ListRootNodes;
  readonly expandedRows: { isExpanded(id: string, defaultExpanded: boolean): boolean };
}

/** Renders rows, remembers what VS Code got, and finds the rows whose content has changed since. */
export class ShownRows {
  readonly #source: RowSource;
  readonly #rows = new Map<string, ShownRow>();
  /** Rows that were rendered for comparison, and that VS Code gets if it asks for them. */
  readonly #renderedRows = new Map<TreeNode, Row>();
  #root: readonly TreeNode[] | undefined;
  /**
   * When the refresh of each row was requested, by row id, until VS Code asks for the row. If VS Code is busy, it can
   * drop a request.
   */
  readonly #requestedAt = new Map<string, number>();

  constructor(source: RowSource) {
    this.#source = source;
  }

  /** The number of remembered rows. */
  get size(): number {
    return this.#rows.size;
  }

  /** Returns the object by which VS Code identifies a row: the known object if it equals `node`, otherwise `node`. */
  intern(node: TreeNode): TreeNode {
    const shownNode = this.#rows.get(getRowId(node))?.node;
    return shownNode !== undefined && isSameNode(shownNode, node) ? shownNode : node;
  }

  /** Lists the rows below a row, or at the root, for VS Code. */
  getChildren(parent: TreeNode | undefined): TreeNode[] {
    const children = this.#listChildren(parent);
    for (const node of children) {
      this.#update(node, {});
    }
    if (parent === undefined) {
      this.#root = children;
    } else {
      this.#update(parent, { children });
    }
    return children;
  }

  /** Renders a row for VS Code; undefined if what the row shows no longer exists. */
  render(node: TreeNode, now: number): Row | undefined {
    this.#requestedAt.delete(getRowId(node));
    const row = this.#renderedRows.get(node) ?? this.#render(node);
    if (row !== undefined) {
      this.#update(node, { content: { row, shownAt: now } });
    }
    return row;
  }

  /** Creates a hover for VS Code. */
  createHover(node: TreeNode, now: number): MarkdownString | undefined {
    const content = this.#rows.get(getRowId(node))?.content;
    const hover = this.#createHover(node, now);
    if (content !== undefined && hover !== undefined) {
      this.#update(node, { content: { ...content, hover: { text: hover.value, createdAt: now } } });
    }
    return hover;
  }

  /** Whether a row is expanded; undefined for a row without children. */
  isExpanded(node: TreeNode): boolean | undefined {
    const { expandedByDefault } = getRowKind(node);
    return expandedByDefault === undefined
      ? undefined
      : this.#source.expandedRows.isExpanded(getRowId(node), expandedByDefault);
  }

  /** The ids of a connection's expanded sinks: those that show their backfills. */
  listExpandedSinkIds(connectionId: string): string[] {
    const listExpanded = (node: TreeNode): string[] => {
      const { children } = this.#rows.get(getRowId(node)) ?? {};
      if (node.connectionId !== connectionId || children === undefined || this.isExpanded(node) !== true) {
        return [];
      }
      return node.kind === 'sink' ? [node.sinkId] : children.flatMap(listExpanded);
    };
    return (this.#root ?? []).flatMap(listExpanded);
  }

  /** Raises the number of backfills that a sink shows. Returns the new maximum. */
  showMore(node: TreeNode): number {
    const maxBackfills = this.#getMaxBackfills(node) + backfillStep;
    this.#update(node, { maxBackfills });
    return maxBackfills;
  }

  /**
   * Finds the rows to refresh, each once. A change of state is due at once. Progress alone is due after
   * {@link progressIntervalMs}, but not while a hover may be open. Skips the rows below a collapsed row. Repeats
   * requests that VS Code dropped.
   * @param mayHaveChanged returns false for rows that can't have changed, to save time
   */
  findOutdated(now: number, mayHaveChanged: (node: TreeNode) => boolean): OutdatedRows {
    const rootDueAt = this.#root ? this.#getListDueTime(this.#root, undefined, now) : Infinity;
    if (rootDueAt <= now) {
      this.getChildren(undefined);
      return { isRootOutdated: true, nodes: [], deferred: [], deferredUntil: Infinity };
    }
    const search: Search = { now, mayHaveChanged, nodes: [], deferred: [], deferredUntil: rootDueAt };
    this.#root?.forEach((node) => {
      this.#searchFrom(node, search);
    });
    const { nodes, deferred, deferredUntil } = search;
    return { isRootOutdated: false, nodes, deferred, deferredUntil };
  }

  /** Adds a row and the rows below it to the result of a search if they are outdated. */
  #searchFrom(node: TreeNode, search: Search): void {
    const { now } = search;
    const id = getRowId(node);
    const { content, children } = this.#rows.get(id) ?? {};
    const expandedChildren = this.isExpanded(node) === true ? children : undefined;
    const requestedAt = this.#requestedAt.get(id);
    const repeatAt = requestedAt === undefined ? Infinity : addInterval(requestedAt, progressIntervalMs, now);
    if (repeatAt <= now) {
      this.#request(node, search);
    } else if (search.mayHaveChanged(node) || content?.hover !== undefined) {
      const contentDueAt = content === undefined ? Infinity : this.#getDueTime(node, content, now);
      const listDueAt = expandedChildren ? this.#getListDueTime(expandedChildren, node, now) : Infinity;
      const dueAt = Math.min(contentDueAt, listDueAt);
      if (dueAt <= now) {
        this.render(node, now);
        this.#request(node, search);
      } else if (dueAt < Infinity) {
        search.deferred.push(node);
        search.deferredUntil = Math.min(search.deferredUntil, dueAt);
      }
      if (listDueAt <= now) {
        this.getChildren(node);
        return;
      }
    }
    if (repeatAt > now) {
      search.deferredUntil = Math.min(search.deferredUntil, repeatAt);
    }
    expandedChildren?.forEach((child) => {
      this.#searchFrom(child, search);
    });
  }

  #request(node: TreeNode, search: Search): void {
    search.nodes.push(node);
    search.deferredUntil = Math.min(search.deferredUntil, search.now + progressIntervalMs);
    this.#requestedAt.set(getRowId(node), search.now);
  }

  /**
   * Forgets rows whose connection, sink, backfill or database no longer exists, and status rows that are no longer
   * listed.
   */
  prune(): void {
    const listed = new Set(this.#root);
    for (const { node, children = [] } of this.#rows.values()) {
      if (this.#exists(node)) {
        children.forEach((child) => listed.add(child));
      }
    }
    for (const [id, { node }] of this.#rows) {
      if (!this.#exists(node) || (node.kind === 'message' && !listed.has(node))) {
        this.#rows.delete(id);
        this.#requestedAt.delete(id);
      }
    }
  }

  /** Forgets what was rendered for comparison, so that each row is rendered from the current snapshot. */
  invalidate(): void {
    this.#renderedRows.clear();
  }

  /** Whether what a row shows exists; for a status row or a group, whether its parent exists. */
  #exists(node: TreeNode): boolean {
    const server = this.#source.servers.getServer(node.connectionId);
    const snapshot = server?.monitor?.snapshot;
    if (node.kind === 'backfill') {
      return snapshot?.backfills.get(node.sinkId)?.has(node.backfillId) === true;
    }
    if (node.kind === 'database') {
      return snapshot?.databases.has(node.databaseId) === true;
    }
    return node.kind === 'connection' || node.sinkId === undefined
      ? server !== undefined
      : snapshot?.sinks.has(node.sinkId) === true;
  }

  /**
   * The time from which a list of rows is due for a refresh; infinite if it hasn't changed. Rows that only moved wait
   * while a hover may be open.
   */
  #getListDueTime(nodes: readonly TreeNode[], parent: TreeNode | undefined, now: number): number {
    const currentNodes = this.#listChildren(parent);
    const isSameLength = currentNodes.length === nodes.length;
    if (isSameLength && currentNodes.every((node, index) => node === nodes[index])) {
      return Infinity;
    }
    const currentNodeSet = new Set(currentNodes);
    return isSameLength && nodes.every((node) => currentNodeSet.has(node))
      ? this.#getHoverEnd(nodes, now)
      : -Infinity;
  }

  /** The time from which a row is due for a refresh; infinite if its content hasn't changed. */
  #getDueTime(node: TreeNode, { row, shownAt, hover }: ShownContent, now: number): number {
    const currentRow = this.#render(node);
    if (currentRow === undefined) {
      return Infinity;
    }
    this.#renderedRows.set(node, currentRow);
    if (!isSameState(currentRow, row)) {
      return -Infinity;
    }
    if (currentRow.tenths !== row.tenths) {
      return this.#getHoverEnd([node], now);
    }
    if (currentRow.description !== row.description || currentRow.accessibleLabel !== row.accessibleLabel) {
      return Math.max(this.#getHoverEnd([node], now), addInterval(shownAt, progressIntervalMs, now));
    }
    if (hover === undefined) {
      return Infinity;
    }
    // Within `hoverDurationMs`, renders the hover as of its creation, so that only changed data counts. Later, ages
    // count, too.
    const comparedAt = addInterval(hover.createdAt, hoverDurationMs, now) > now ? hover.createdAt : now;
    if (this.#createHover(node, comparedAt)?.value === hover.text) {
      return Infinity;
    }
    // The hover of an active backfill changes with each poll, so the refresh of its row waits as long as the hover may
    // be open. The refresh of any other row waits only for the hovers of the rows below.
    const isActive = currentRow.tenths !== undefined;
    return this.#getHoverEnd(isActive ? [node] : (this.#rows.get(getRowId(node))?.children ?? []), now);
  }

  /** The time until which a hover of these rows, or of rows below them, may be open; -Infinity if there is no hover. */
  #getHoverEnd(nodes: readonly TreeNode[], now: number): number {
    const ends = nodes.map((node) => {
      const { content, children = [] } = this.#rows.get(getRowId(node)) ?? {};
      const end = content?.hover ? addInterval(content.hover.createdAt, hoverDurationMs, now) : -Infinity;
      return Math.max(end, this.#getHoverEnd(children, now));
    });
    return Math.max(...ends);
  }

  #createHover(node: TreeNode, now: number): MarkdownString | undefined {
    const server = this.#source.servers.getServer(node.connectionId);
    return server && getRowKind(node).createHover?.(node, server, now);
  }

  #listChildren(parent: TreeNode | undefined): TreeNode[] {
    const { servers, getDisplayOptions, listRootNodes } = this.#source;
    const options = getDisplayOptions();
    if (parent === undefined) {
      return listRootNodes(servers.all, options).map((node) => this.intern(node));
    }
    const server = servers.getServer(parent.connectionId);
    const maxBackfills = this.#getMaxBackfills(parent);
    const children = server && getRowKind(parent).getChildren?.(parent, server, { ...options, maxBackfills });
    return (children ?? []).map((node) => this.intern(node));
  }

  #getMaxBackfills(node: TreeNode): number {
    return this.#rows.get(getRowId(node))?.maxBackfills ?? backfillStep;
  }

  #render(node: TreeNode): Row | undefined {
    const server = this.#source.servers.getServer(node.connectionId);
    return server && getRowKind(node).render(node, server, this.isExpanded(node) === true);
  }

  #update(node: TreeNode, change: Partial<ShownRow>): void {
    const id = getRowId(node);
    this.#rows.set(id, { ...this.#rows.get(id), node: this.intern(node), ...change });
  }
}

/** The end of an interval; `now` if its start is in the future, because the clock was set back. */
function addInterval(start: number, intervalMs: number, now: number): number {
  return start > now ? now : start + intervalMs;
}

/** Whether two contents of a row differ at most in the progress that they show. */
function isSameState(a: Row, b: Row): boolean {
  return (
    a.stateKey === b.stateKey &&
    a.label === b.label &&
    a.contextValue === b.contextValue &&
    a.icon?.id === b.icon?.id &&
    a.icon?.color === b.icon?.color
  );
}

/** Whether two nodes with the same id are equal. Only status rows and rows of the Activity view can differ. */
function isSameNode(a: TreeNode, b: TreeNode): boolean {
  return (a.kind !== 'message' && !('names' in a)) || deepEqual(a, b);
}
