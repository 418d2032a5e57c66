import assert from 'node:assert/strict';
import manifest from '../../../package.json' with { type: 'json' };
import {
  describeInvalidConnections,
  parseSetting,
  type SettingDefinition,
  settingDefinitions,
} from '../../../src/contributions/parseSetting.ts';

const { properties } = manifest.contributes.configuration;
const { connections, refreshInterval, notifications, runningFirst } = settingDefinitions;

/** The longest delay of `setTimeout`, in milliseconds. A timer with a longer delay fires at once. */
const maxTimerMs = 2 ** 31 - 1;
/** The longest time between two polls is this many intervals: see `intervalFactors` in pollPolicy.ts. */
const slowestFactor = 30;

describe('parseSetting', () => {
  for (const definition of Object.values<SettingDefinition<unknown>>(settingDefinitions)) {
    const { key } = definition;
    it(`returns the default in package.json if ${key} is not set`, () => {
      const contributed = new Map<string, { readonly default: unknown }>(Object.entries(properties)).get(key);
      assert.deepEqual(parseSetting(definition, undefined), {
        value: contributed?.default,
        problem: undefined,
      });
    });
  }

  it('returns valid values without reporting a problem', () => {
    const entries = [{ address: 'http://localhost:7376' }, 'not a connection'];
    assert.deepEqual(parseSetting(connections, entries), { value: entries, problem: undefined });
    for (const seconds of [0, 0.1, 2, 60, 3600]) {
      assert.deepEqual(parseSetting(refreshInterval, seconds), { value: seconds, problem: undefined });
    }
    for (const value of properties['sequin.notifications'].enum) {
      assert.deepEqual(parseSetting(notifications, value), { value, problem: undefined });
    }
    for (const value of [true, false]) {
      assert.deepEqual(parseSetting(runningFirst, value), { value, problem: undefined });
    }
  });

  describe('sequin.refresh.interval', () => {
    it('has the default value if it is a string', () => {
      for (const value of ['5 s', '5', '', 'NaN']) {
        assert.deepEqual(parseSetting(refreshInterval, value), {
          value: 2,
          problem: `The setting sequin.refresh.interval is ${JSON.stringify(value)} but must be a number of seconds from 0.1 to 3600, or 0. 2 is used.`,
        });
      }
    });

    it('is limited to an hour, so that no timer overflows', () => {
      for (const value of [5_000, 86_400_000, 2 ** 40, Number.MAX_VALUE, Infinity]) {
        const { value: seconds, problem } = parseSetting(refreshInterval, value);
        assert.equal(seconds, 3600);
        assert.match(problem ?? '', /must be a number of seconds from 0\.1 to 3600, or 0\. 3600 is used\.$/);
        assert.ok(1000 * seconds * slowestFactor <= maxTimerMs);
      }
    });

    it('is at least 0.1 s if it is positive', () => {
      for (const value of [0.01, Number.MIN_VALUE]) {
        const { value: seconds, problem } = parseSetting(refreshInterval, value);
        assert.equal(seconds, 0.1);
        assert.match(problem ?? '', / 0\.1 is used\.$/);
      }
    });

    it('is 0 if it is negative', () => {
      for (const value of [-0.5, -2, -Infinity]) {
        const { value: seconds, problem } = parseSetting(refreshInterval, value);
        assert.equal(seconds, 0);
        assert.match(problem ?? '', / 0 is used\.$/);
      }
    });

    it('has the same bounds as in package.json', () => {
      const { minimum, maximum } = properties['sequin.refresh.interval'];
      assert.equal(parseSetting(refreshInterval, maximum).problem, undefined);
      assert.equal(parseSetting(refreshInterval, maximum + 1).value, maximum);
      assert.equal(parseSetting(refreshInterval, minimum).problem, undefined);
      assert.equal(parseSetting(refreshInterval, minimum - 1).value, minimum);
    });
  });

  const invalidValues: readonly unknown[] = [null, 'yes', '', 1, NaN, [], {}, [[]], { toString: null }];
  for (const definition of [refreshInterval, notifications, runningFirst] as const) {
    it(`returns the default if ${definition.key} is invalid`, () => {
      for (const value of invalidValues) {
        if (definition === refreshInterval && value === 1) {
          continue;
        }
        const { value: used, problem } = parseSetting<unknown>(definition, value);
        assert.equal(used, definition.defaultValue);
        assert.match(
          problem ?? '',
          new RegExp(`^The setting ${definition.key} is .+ but must be .+ is used\\.$`),
        );
      }
    });
  }

  it("returns an empty list if the connections aren't a list, and doesn't quote their value in the problem", () => {
    for (const value of [null, 1, 'http://user:password@localhost', { address: 'http://localhost' }]) {
      assert.deepEqual(parseSetting(connections, value), {
        value: [],
        problem: 'The setting sequin.connections must be a list of connections. [] is used.',
      });
    }
  });

  it('describes the first invalid connection in one sentence that doesn’t contain the address', () => {
    const valid = { address: 'http://localhost:7376' };
    const mustBe = 'of the setting sequin.connections must be an object with an http:// or https:// address';
    for (const [entries, problem] of [
      [[], undefined],
      [[valid, { address: 'example.com', name: 5, other: {} }], undefined],
      [[valid, 'http://user:password@localhost'], `Entry 2 ${mustBe}.`],
      [[{ name: 'staging', address: 'ftp://staging' }, valid], `Entry 1 ("staging") ${mustBe}.`],
      [[valid, null, [], { address: 5 }, {}, valid], `Entry 2 ${mustBe}, and so must 3 more.`],
      [
        Array.from({ length: 10_000 }, () => ({ name: 'x'.repeat(1_000), address: 'ftp://x' })),
        `Entry 1 ("${'x'.repeat(99)}…) ${mustBe}, and so must 9999 more.`,
      ],
    ] as const) {
      assert.equal(describeInvalidConnections(entries), problem);
    }
  });

  it('shortens a long value in the problem to 100 characters without splitting a surrogate pair', () => {
    for (const character of ['x', '😀']) {
      const { problem } = parseSetting(notifications, character.repeat(10_000));
      assert.equal(
        problem,
        `The setting sequin.notifications is "${character.repeat(99)}… but must be "all", "problems" or "off". "all" is used.`,
      );
    }
  });
});
