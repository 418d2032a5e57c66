import assert from 'node:assert/strict';
import { findSinkInYaml } from '../../../src/yaml/findSinkInYaml.ts';

describe('findSinkInYaml', () => {
  const text = 'functions: [{ name: a }]\nsinks: [{ name: a }, { name: b }, { name: a }]';

  it('finds the last of two sinks with the same name, which Sequin uses', () => {
    const start = text.lastIndexOf('a');
    assert.deepEqual(findSinkInYaml(text, 'a'), { start, end: start + 1 });
  });

  it('finds no other definition with the same name', () => {
    assert.equal(findSinkInYaml('functions: [{ name: a }]', 'a'), undefined);
  });
});
