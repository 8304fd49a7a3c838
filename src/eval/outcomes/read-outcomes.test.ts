import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseOutcomes, readOutcomes } from './read-outcomes.ts';

const own = (id: string, more = {}) =>
  JSON.stringify({
    id,
    prompt: `ask ${id}`,
    local: { correct: true },
    cloud: { correct: 1 },
    ...more,
  });

it('reads its own layout, with splits and signals', () => {
  const local = { correct: 0, model: 'ollama:phi4-mini', answer: '4', signals: { agreement: 0.5 } };
  const text = `${own('a', { split: 'train', local })}\n\n${own('b', { split: 'cal' })}\n`;
  const { rows } = parseOutcomes(text, 'log.jsonl', { split: 'train' });
  expect(rows).toMatchObject([
    { id: 'a', local: { correct: 0, signals: { agreement: 0.5 } }, cloud: { correct: 1 } },
  ]);
});

it('reads outcome pairs in the layout of RouteLLM, and labels by hand', () => {
  const pair = JSON.stringify({
    id: 'x',
    prompt: 'p',
    subject: 's',
    weak_correct: 0,
    strong_correct: 1,
    gold: '7',
  });
  const label = JSON.stringify({ id: 'y', prompt: 'q', source: 'forum', label: 'complex' });
  const { rows } = parseOutcomes(`${pair}\n${label}`, 'log.jsonl');
  expect(rows).toMatchObject([
    { group: 's', reference: '7', local: { correct: 0 }, cloud: { correct: 1 } },
    { group: 'forum', local: { correct: 0 }, cloud: { correct: 1 } },
  ]);
});

it('leaves out duplicates and groups with faulty labels, and says so', () => {
  const faulty = JSON.stringify({
    id: 'mmlu/high_school_mathematics/1',
    subject: 'high_school_mathematics',
    prompt: 'f',
    weak_correct: 1,
    strong_correct: 0,
  });
  const { rows, warnings } = parseOutcomes(
    [own('a'), own('a'), own('b'), faulty].join('\n'),
    'log.jsonl',
  );
  expect(rows.map(row => row.id)).toEqual(['a', 'b']);
  expect(warnings).toHaveLength(2);
});

it.each([
  ['not JSON', '{', 'line 2, cannot be used: it is not JSON'],
  ['a number out of range', own('b', { local: { correct: 3 } }), '"local.correct"'],
  [
    'a signal that is not a number',
    own('b', { local: { correct: 1, signals: { agreement: null } } }),
    'signals.agreement',
  ],
  ['no outcome', JSON.stringify({ prompt: 'p' }), '"local" must be an object'],
  ['no prompt', JSON.stringify({ label: 'simple' }), '"prompt"'],
  ['a grade in words', JSON.stringify({ prompt: 'a', label: 'Simple' }), 'not "Simple"'],
  [
    'a grade of its own',
    JSON.stringify({ prompt: 'a', local: { correct: 'yes' }, cloud: { correct: 1 } }),
    'a number from 0 to 1, not "yes"',
  ],
])('refuses %s with the line', (_, line, said) => {
  expect(() => parseOutcomes(`${own('a')}\n${line}`, 'log.jsonl')).toThrow(said);
});

it('says which splits there are', () => {
  expect(() => parseOutcomes(own('a', { split: 'cal' }), 'log.jsonl', { split: 'test' })).toThrow(
    'Splits there: cal',
  );
});

it('reads a log with a byte order mark, as some editors write it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-log-'));
  const path = join(folder, 'log.jsonl');
  writeFileSync(path, `\ufeff${own('a')}\n`);
  expect(readOutcomes(path).rows).toHaveLength(1);
  rmSync(folder, { recursive: true });
});

describe('a log that is not as it should be', () => {
  const row = { prompt: 'a', local: { correct: 1 }, cloud: { correct: 1 } };
  const read = (...lines: unknown[]) =>
    parseOutcomes(lines.map(each => JSON.stringify(each)).join('\n'), 'x.jsonl');

  it('is refused for costs that are no amounts, not read without them', () => {
    for (const costUsd of ['$0.10', -1, true])
      expect(() => read({ ...row, cloud: { correct: 1, costUsd } })).toThrow(
        'line 1, cannot be used: "cloud.costUsd" must be a number of 0 or more',
      );
    expect(read({ ...row, cloud: { correct: 1, costUsd: null } }).rows).toHaveLength(1);
  });

  it('may name groups and rows by numbers', () => {
    expect(read({ ...row, id: 7, group: 3 }).rows[0]).toMatchObject({ id: '7', group: '3' });
  });

  it.each([
    ['["a", "b"]', 'not an object, and each row must be an object in a line of its own'],
    ['[\n{"prompt": "a"}\n', 'not JSON, and each row must be an object in a line of its own'],
    ['prompt,local,cloud\na,1,1', 'not JSON; it may be a table (CSV)'],
    ['{"local": {"correct": NaN}}', 'not JSON, which knows no NaN: leave the field out'],
    ['{\0"\0p\0', 'not JSON: save the file as UTF-8'],
  ])('says what a file of another kind is: %j', (text, words) => {
    expect(() => parseOutcomes(text, 'x.jsonl')).toThrow(`line 1, cannot be used: it is ${words}`);
  });
});

describe('a log as other tools write it', () => {
  const rows = [own('a'), own('b')];

  it.each([
    ['one array', `[${rows.join(',')}]`],
    ['one array over several lines', `[\n  ${rows.join(',\n  ')}\n]\n`],
    ['line ends of DOS', `${rows.join('\r\n')}\r\n`],
    ['line ends of old Macs', `${rows.join('\r')}\r`],
  ])('is read: %s', (_, text) => {
    expect(parseOutcomes(text, 'log.json').rows.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it.each([
    ['another name for the prompt', '{"input":"x","output":"y"}', /line 1, .* but input, output\./],
    ['a compressed file', '\x1f\ufffd\0\0', /line 1, .* it is compressed, so unpack it first\./],
    [
      'two objects a line',
      `${own('a')} ${own('b')}`,
      /line 1, .* an object in a line of its own\./,
    ],
    ['an array with a number', `[${own('a')}, 7]`, /item 2, .* it is not an object\./],
    [
      'signals that are a word',
      own('a', { local: { correct: 1, signals: 'high' } }),
      /line 1, .* "local.signals" must be an object of numbers by name\./,
    ],
  ])('is refused in one sentence: %s', (_, text, said) => {
    expect(() => parseOutcomes(text, 'log.jsonl')).toThrow(said);
  });
});
