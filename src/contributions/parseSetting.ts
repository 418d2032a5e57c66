import { parseAddress } from '../model/Connection.ts';
import { isBoolean, isNumber, isRecord, isString } from '../shared/guards.ts';

// VS Code warns about a value that violates package.json, but passes it to the extension anyway.

/** Which notifications the user wants. */
export type NotificationsSetting = (typeof notificationsSettings)[number];

const notificationsSettings = ['all', 'problems', 'off'] as const;

export interface SettingDefinition<T> {
  readonly key: string;
  /** Returns a valid value unchanged, limits a number to its bounds, and returns undefined for any other value. */
  readonly parse: (value: unknown) => T | undefined;
  /** The default that package.json contributes. A unit test checks that both match. */
  readonly defaultValue: T;
  /** Describes the valid values. Completes the sentence "… must be …". */
  readonly expected: string;
  /** Whether the value is kept out of the log, because it may contain a secret, such as a password in an address. */
  readonly mayContainSecrets?: boolean;
}

/** The bounds of a refresh interval other than 0. A shorter interval would only increase the server's load. */
const minIntervalSeconds = 0.1;
const maxIntervalSeconds = 3600;

/** Limits an interval to its bounds. 0 and negative numbers become 0: the extension then refreshes only on demand. */
function limitInterval(seconds: number): number {
  return seconds <= 0 ? 0 : Math.min(Math.max(seconds, minIntervalSeconds), maxIntervalSeconds);
}

/** The settings that package.json contributes. A unit test checks that both match. */
export const settingDefinitions = {
  connections: defineSetting<readonly unknown[]>({
    key: 'sequin.connections',
    parse: (value) => (Array.isArray(value) ? value : undefined),
    defaultValue: [],
    expected: 'a list of connections',
    mayContainSecrets: true,
  }),
  refreshInterval: defineSetting<number>({
    key: 'sequin.refresh.interval',
    parse: (value) => (isNumber(value) && !Number.isNaN(value) ? limitInterval(value) : undefined),
    defaultValue: 2,
    expected: `a number of seconds from ${minIntervalSeconds} to ${maxIntervalSeconds}, or 0`,
  }),
  notifications: defineSetting<NotificationsSetting>({
    key: 'sequin.notifications',
    parse: (value) => notificationsSettings.find((setting) => setting === value),
    defaultValue: 'all',
    expected: '"all", "problems" or "off"',
  }),
  runningFirst: defineBoolean('sequin.tree.runningFirst', false),
  showDatabases: defineBoolean('sequin.tree.showDatabases', true),
  yamlCodeLens: defineBoolean('sequin.yaml.codeLens', true),
};

export type SettingName = keyof typeof settingDefinitions;

function defineSetting<T>(definition: SettingDefinition<T>): SettingDefinition<T> {
  return definition;
}

function defineBoolean(key: string, defaultValue: boolean): SettingDefinition<boolean> {
  return {
    key,
    parse: (value) => (isBoolean(value) ? value : undefined),
    defaultValue,
    expected: 'true or false',
  };
}

interface ParsedSetting<T> {
  readonly value: T;
  /** The problem with the value in the settings, in English, for the log; undefined if the value is valid. */
  readonly problem: string | undefined;
}

/**
 * Parses the value of a setting. Limits a number to its bounds, and replaces any other invalid value with the default.
 */
export function parseSetting<T>(
  { key, parse, defaultValue, expected, mayContainSecrets = false }: SettingDefinition<T>,
  value: unknown,
): ParsedSetting<T> {
  if (value === undefined) {
    return { value: defaultValue, problem: undefined };
  }
  const parsed = parse(value);
  const used = parsed ?? defaultValue;
  const isValid = parsed !== undefined && (typeof used === 'object' || used === value);
  const actual = mayContainSecrets ? '' : `is ${formatValue(value)} but `;
  return {
    value: used,
    problem: isValid
      ? undefined
      : `The setting ${key} ${actual}must be ${expected}. ${formatValue(used)} is used.`,
  };
}

function isConnection(value: unknown): boolean {
  return isRecord(value) && isString(value['address']) && typeof parseAddress(value['address']) !== 'string';
}

/**
 * Describes the invalid entries of `sequin.connections` in one sentence for the log. The sentence contains the position
 * and the name of the first invalid entry, but no address. Undefined if all entries are valid.
 */
export function describeInvalidConnections(connections: readonly unknown[]): string | undefined {
  const invalid = [...connections.keys()].filter((index) => !isConnection(connections[index]));
  const [first] = invalid;
  if (first === undefined) {
    return undefined;
  }
  const entry = connections[first];
  const name = isRecord(entry) && isString(entry['name']) ? ` (${formatValue(entry['name'])})` : '';
  const others = invalid.length === 1 ? '' : `, and so must ${invalid.length - 1} more`;
  return `Entry ${first + 1}${name} of the setting ${settingDefinitions.connections.key} must be an object with an http:// or https:// address${others}.`;
}

/** Formats the first 100 characters of a value as JSON, without line breaks, for the log. */
function formatValue(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value);
  const [beginning = ''] = /^.{0,100}/su.exec(text) ?? [];
  return beginning.length < text.length ? `${beginning}…` : text;
}
