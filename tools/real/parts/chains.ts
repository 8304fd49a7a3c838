import { unknownIn } from '../../../src/algorithms/finding/cited-ids.ts';
import { chain, documentCall, summaryOf, textOf } from '../../../src/index.ts';
import { countFigure, type Figure, type Measured } from '../figures.ts';
import { facts, fillers } from '../house-rules.ts';
import { type Bench, pairOf } from '../stand.ts';

// Two blocks of it are a part for a worker with a small window.
const rules = facts
  .map(([sentence], at) => {
    const around = [...fillers, ...fillers].slice(at, at + 4);
    return [...around.slice(0, 2), sentence, ...around.slice(2)].join(' ');
  })
  .join('\n\n');
const small = { windowTokens: 1600, chunkTokens: 190, unitTokens: 200, passes: 1 };

interface Chained {
  readonly hasFirst: boolean;
  readonly hasSecond: boolean;
  readonly isRight: boolean;
  /** Ids that the answer cites, that no fact has, and that nobody was told of. */
  readonly ghosts: number;
}

/**
 * Two questions in one, whose facts stand in two parts of a document: whether what the first part
 * says is still there at the end of the chain.
 */
export async function chains(bench: Bench): Promise<Measured> {
  const pair = await pairOf(bench);
  if (typeof pair === 'string') return { figures: [], skipped: [`chains: ${pair}`] };
  const asked = chain({ worker: pair.local.model, manager: pair.cloud.model, ...small });
  const pairs = facts.flatMap((first, at) => facts.slice(at + 1).map(second => [first, second]));
  const results: Chained[] = [];
  for (const [first, second] of pairs.slice(0, bench.rows ?? pairs.length))
    results.push(await chainedOf(bench, asked, [first!, second!]));
  return { figures: figuresOf(results), skipped: [] };
}

async function chainedOf(
  bench: Bench,
  asked: ReturnType<typeof chain>,
  [first, second]: readonly [(typeof facts)[number], (typeof facts)[number]],
): Promise<Chained> {
  const question = `${first[1]} ${second[1]}`;
  const documents = [{ title: 'House rules', text: rules }];
  const answer = await asked.doGenerate(
    documentCall(question, documents, { temperature: 0, maxOutputTokens: 100 }),
  );
  const sources = answer.content.filter(part => part.type === 'source');
  const quotes = sources.map(each => String(each.providerMetadata?.tandem?.quote)).join('\n');
  const text = textOf(answer);
  const told = summaryOf(answer)?.grounding?.unknownIds ?? [];
  bench.note(JSON.stringify({ question, text, quotes }));
  const ids = sources.map(({ id }) => id);
  return {
    hasFirst: first[2].test(quotes),
    hasSecond: second[2].test(quotes),
    isRight: first[2].test(text) && second[2].test(text),
    ghosts: unknownIn(text, ids).filter(id => !told.includes(id)).length,
  };
}

function figuresOf(results: readonly Chained[]): Figure[] {
  const count = (test: (each: Chained) => boolean) =>
    [results.filter(test).length, results.length] as [number, number];
  return [
    countFigure(
      'two-part questions, three parts: the fact of the first is there at the end',
      count(({ hasFirst }) => hasFirst),
      {
        baseline: `that of the second ${count(({ hasSecond }) => hasSecond)[0]}`,
        wanted: ['≥ .6', share => share >= 0.6],
      },
    ),
    countFigure(
      'both told in the answer',
      count(({ isRight }) => isRight),
    ),
    countFigure(
      'answers with ids that no fact has, unflagged',
      count(({ ghosts }) => ghosts > 0),
      { wanted: ['0', (_, value) => value === 0] },
    ),
  ];
}
