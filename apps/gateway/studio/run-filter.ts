import { invalid } from '../wire/problem.ts';
import type { ListedRun } from './list-runs.ts';

type Test = (run: ListedRun) => boolean;

const texts: Readonly<Record<string, (run: ListedRun) => string | null>> = {
  place: run => run.place,
  state: run => run.state,
  pattern: run => run.pattern,
  key: run => run.key,
  model: run => [run.model, run.answeredBy].filter(name => name !== null).join(' '),
  error: run => run.error,
  id: run => run.id,
  rated: run => run.rated,
};

const figures: Readonly<Record<string, (run: ListedRun) => number | null>> = {
  cost: run => run.costUsd,
  saved: run => run.savedUsd,
  left: run => run.leftCharacters,
  calls: run => run.calls,
  ms: run => run.ms,
};

/**
 * Reads the words of a filter: `place:cloud model:phi cost>0.01 is:degraded invoice`; undefined
 * where there is none. @throws Problem 400 that names the word
 */
export function runFilter(given: string): Test | undefined {
  if (given.length > 500) throw invalid('`q` is longer than 500 characters. Write less.', 'q');
  const words = given.trim().split(/\s+/).filter(Boolean);
  if (words.length === 0) return undefined;
  const tests = words.map(testOf);
  return run => tests.every(test => test(run));
}

function testOf(word: string): Test {
  const compared = /^(\w+)(>=|<=|>|<)(-?\d+(?:\.\d+)?)$/.exec(word);
  if (compared) return figureTest(word, compared);
  const named = /^(\w+):(.+)$/.exec(word);
  if (!named) return titleTest(word);
  const [, name = '', value = ''] = named;
  if (name === 'is' && value === 'degraded') return run => run.degraded;
  const read = texts[name];
  if (!read) throw unknownWord(word);
  const wanted = value.toLowerCase();
  return run => (read(run)?.toLowerCase() ?? 'none').includes(wanted);
}

function titleTest(word: string): Test {
  const wanted = word.toLowerCase();
  return run => run.title?.toLowerCase().includes(wanted) ?? false;
}

function figureTest(word: string, [, name = '', sign = '', value]: readonly string[]): Test {
  const read = figures[name];
  if (!read) throw unknownWord(word);
  const bound = Number(value);
  const holds: Readonly<Record<string, (figure: number) => boolean>> = {
    '>': figure => figure > bound,
    '<': figure => figure < bound,
    '>=': figure => figure >= bound,
    '<=': figure => figure <= bound,
  };
  return run => {
    const figure = read(run);
    return figure !== null && holds[sign]!(figure);
  };
}

function unknownWord(word: string) {
  return invalid(
    `The filter "${word.slice(0, 64)}" is not known. Use ${Object.keys(texts).join(':, ')}:, ` +
      `is:degraded, or a figure: ${Object.keys(figures).join('>, ')}>.`,
    'q',
  );
}
