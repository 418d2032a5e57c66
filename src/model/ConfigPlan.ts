/** A resource in the form of `sequin.yaml`, with masked secrets. */
export type ConfigResource = Readonly<Record<string, unknown>>;

/** A resource before and after a configuration is applied. Sequin reports every one of the account, changed or not. */
export interface ConfigChange {
  /** `database`, `sink`, `http_endpoint`, `function`, `change_retention`, `user` or `account`. */
  readonly resourceType: string;
  /** Null for a resource that is created. */
  readonly old: ConfigResource | null;
  /** Null for a resource that is deleted. */
  readonly new: ConfigResource | null;
}

/** What Sequin would do to apply a configuration. */
export interface ConfigPlan {
  readonly changes: readonly ConfigChange[];
  /** What else Sequin would do, in its own words: ``Create initial backfill for sink 'orders'``. */
  readonly actions: readonly string[];
}
