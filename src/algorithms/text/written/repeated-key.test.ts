import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { repeatedKey } from './repeated-key.ts';

describe('repeatedKey', () => {
  it.each([
    ['{"a":1,"a":2}', 'a'],
    ['{"a":{"b":1},"c":[{"d":1,"d":2}]}', 'd'],
    ['{"lab\\u0065l":1,\n"label" : 2}', 'label'],
    ['{"a":"\\"a\\":1,","b":1,"a":2}', 'a'],
    ['{"a":{"a":{"a":1}}}', undefined],
    ['[{"a":1},{"a":1}]', undefined],
    ['{"a":"a","b":["a","a"]}', undefined],
    ['{"a":1,"a', undefined],
    ['"', undefined],
  ])('sees which key of %s is lost', (text, key) => {
    expect(repeatedKey(text)).toBe(key);
  });

  it('looks at one name and at what stands inside it', () => {
    expect(repeatedKey('{"x":1,"x":2,"tandem":{}}', 'tandem')).toBeUndefined();
    expect(repeatedKey('{"tandem":{"label":1},"x":{},"tandem":null}', 'tandem')).toBe('tandem');
    expect(repeatedKey('{"tandem":{"o":[{"k":1,"k":2}]}}', 'tandem')).toBe('k');
    expect(repeatedKey('{"tandem":{},"x":{"k":1,"k":2}}', 'tandem')).toBeUndefined();
  });

  it('sees none in what was written by JSON.stringify', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(4), (value, indent) => {
        expect(repeatedKey(JSON.stringify(value, undefined, indent))).toBeUndefined();
      }),
    );
  });
});
