import { join } from 'node:path';
import { isGivenBack } from '../../../src/algorithms/finding/given-back.ts';
import { sentencesIn } from '../../../src/algorithms/text/locate-answer.ts';
import { locateQuote } from '../../../src/algorithms/text/locate-quote.ts';
import type { TextSpan } from '../../../src/algorithms/text/text-span.ts';
import type { Passage } from '../../../src/documents/cited-extract.ts';
import { indexed, passageAt } from '../../../src/documents/finding/document-index.ts';
import { rankPassages } from '../../../src/documents/finding/nearest-passages.ts';
import { rankSentences } from '../../../src/documents/finding/rank-sentences.ts';
import { passagesOf } from '../../../src/documents/passages.ts';
import { seededRandom } from '../../../src/entries/eval.ts';
import { type Call, type LanguageModel, loadDocuments, textOf } from '../../../src/index.ts';
import { canTell, isHeld } from '../../../src/patterns/minions/jobs/can-tell.ts';
import { readSaid } from '../../../src/patterns/minions/jobs/few-words.ts';
import { fewWords, fewWordsCall } from '../../../src/patterns/minions/jobs/job-call.ts';
import type { Job } from '../../../src/patterns/minions/jobs/jobs.ts';
import { readFewWords } from '../../../src/patterns/minions/jobs/read-output.ts';
import { type ChunkStanding, standingOf } from '../../../src/patterns/minions/jobs/standing.ts';
import { questionsIn } from '../document-questions.ts';
import { countFigure, type Figure, type Measured, mean, resampled, share } from '../figures.ts';
import type { Bench } from '../stand.ts';

/** A question with a chunk that holds its answer, or one that does not. */
interface Pair {
  readonly question: string;
  readonly quotes: readonly string[];
  readonly passage: Passage;
  readonly kind: 'holds' | 'nearest without' | 'any without';
}

const characters = 800;

/**
 * What a small worker makes of a chunk and a question, beside the best sentence by shared words and
 * by an embedder: on real documents with marked evidence.
 */
export async function workers(bench: Bench): Promise<Measured> {
  const { documents } = bench;
  if (documents === undefined)
    return { figures: [], skipped: ['workers: no `--documents` with a questions.jsonl'] };
  const all = await pairsIn(documents, bench.part);
  const pairs = all.slice(0, bench.rows ?? all.length);
  const figures: Figure[] = [];
  const skipped = bench.embed ? [] : ['the embedder’s sentence: no `--embedder URL`'];
  for (const file of bench.files.slice(-2).reverse()) {
    const { model } = await bench.stand(file, 'llama-server');
    const tells = await canTell(ask, model);
    bench.note(`${file.name} ${tells ? 'can' : 'cannot'} tell which text holds an answer`);
    const results: Result[] = [];
    for (const pair of pairs) {
      const result = await resultOf(bench, { model, tells }, pair).catch((error: unknown) => {
        // Of a replay that ends early what was kept is told.
        if (!bench.isReplay) throw error;
      });
      if (!result) break;
      results.push(result);
    }
    if (results.length < pairs.length)
      skipped.push(`${file.name}: ${pairs.length - results.length} of ${pairs.length} pairs`);
    figures.push(...figuresOf(file.name, results));
  }
  return { figures, skipped };
}

interface Result {
  readonly pair: Pair;
  readonly said: string;
  readonly isRight: boolean;
  readonly isReleased: boolean;
  /** Whether its sentence is right, held back or not. */
  readonly isRightAnyway: boolean;
  /** Whether words of the prompt came back that are neither the question’s nor the chunk’s. */
  readonly isEcho: boolean;
  /** Whether it is a piece of the question, which counts as unread. */
  readonly isQuestion: boolean;
  readonly tokens: number;
  readonly byWords: boolean;
  readonly byEmbedder: boolean | undefined;
  /** How far the chunk stands out in its document, by the embedder. */
  readonly height: number | undefined;
}

const ask = async (model: LanguageModel, call: Call) => model.doGenerate(call);

async function resultOf(
  bench: Bench,
  { model, tells }: { readonly model: LanguageModel; readonly tells: boolean },
  pair: Pair,
): Promise<Result> {
  const { passage, question } = pair;
  const task = { id: 'question', question };
  const job: Job = { id: 'job', task, passage, places: [passage], row: 0, column: 0, sample: 1 };
  const answer = await model.doGenerate(fewWordsCall(job));
  const said = textOf(answer);
  const held = tells ? await isHeld(ask, model, job) : undefined;
  const read = readFewWords(job, said);
  const standing = await standingIn(bench, pair);
  const output = await readSaid(job, { said, held, standing });
  const isReleased = typeof output !== 'string';
  const within = (each: typeof output) =>
    typeof each === 'string'
      ? undefined
      : { start: each.start - passage.start, end: each.end - passage.start };
  const own = within(output);
  const always = standing && { ...standing, of: () => Number.POSITIVE_INFINITY };
  const anyway = pair.kind === 'holds' ? await readSaid(job, { said, held, standing: always }) : '';
  const spans = sentencesIn(passage.text);
  const embedded =
    pair.kind === 'holds' ? await bench.embed?.(question, levelled(passage.text, spans)) : [];
  bench.note(`${pair.kind}: ${question} ${JSON.stringify(said)} ${isRight(pair, own)}`);
  return {
    pair,
    said,
    isRight: isRight(pair, own),
    isReleased,
    isRightAnyway: anyway !== '' && isRight(pair, within(anyway)),
    isEcho: isGivenBack(said, [fewWords]) && !isGivenBack(said, [passage.text]),
    isQuestion: read === 'echoed',
    tokens: (answer.usage.outputTokens.total ?? 0) + (tells ? 1 : 0),
    byWords: isRight(pair, rankSentences(passage.text, question)[0]),
    byEmbedder: embedded && isRight(pair, spans[best(embedded)]),
    height: standing?.of(passage),
  };
}

// As the product compares, by the embedder of the suite.
async function standingIn(
  { embed }: Bench,
  { passage, question }: Pair,
): Promise<ChunkStanding | undefined> {
  if (!embed) return undefined;
  const { document } = passage;
  const index = await indexed(document);
  const texts = index.spans.map((_, at) => passageAt(document, index, at).text.trim());
  const cosines = await embed(question, texts);
  return {
    of: part => standingOf(part, { spans: index.spans, cosines }),
    near: part => standingOf(part, { spans: index.spans, cosines }) ?? 0,
    async sentences({ text }, said) {
      const texts = levelled(text, sentencesIn(text));
      return { toQuestion: await embed(question, texts), toSaid: await embed(said, texts) };
    },
  };
}

function levelled(text: string, spans: readonly TextSpan[]): string[] {
  return spans.map(({ start, end }) => text.slice(start, end).replace(/\s+/g, ' '));
}

function figuresOf(name: string, results: readonly Result[]): Figure[] {
  const of = (...kinds: Pair['kind'][]) => results.filter(({ pair }) => kinds.includes(pair.kind));
  const holding = of('holds');
  const count = (list: readonly Result[], test: (each: Result) => boolean | undefined) =>
    [list.filter(each => test(each) === true).length, list.length] as [number, number];
  const [words] = count(holding, ({ byWords }) => byWords);
  const [embedded] = count(holding, ({ byEmbedder }) => byEmbedder);
  const hasEmbedder = holding.some(({ byEmbedder }) => byEmbedder !== undefined);
  const most = Math.max(words, embedded);
  const [only] = count(holding, ({ isRight, byWords }) => isRight && !byWords);
  const [lost] = count(holding, ({ isRight, byWords }) => !isRight && byWords);
  const beside = hasEmbedder ? `, by the embedder ${embedded}` : '';
  return [
    countFigure(
      `${name}, a chunk that holds the answer: the right sentence`,
      count(holding, r => r.isRight),
      {
        baseline: `by shared words ${words}${beside}; right alone ${only}, wrong alone ${lost}`,
        wanted: [`at least ${most}`, (_, right) => right >= most],
      },
    ),
    countFigure(
      `${name}, chunks without it: released`,
      count(of('any without', 'nearest without'), r => r.isReleased),
      { wanted: ['at most .2', share => share <= 0.2] },
    ),
    countFigure(
      `${name}, the nearest chunk without it: released`,
      count(of('nearest without'), r => r.isReleased),
    ),
    ...(hasEmbedder ? [nothingHeldBack(name, holding), asSeldom(name, results)] : []),
    countFigure(
      `${name}: the prompt given back`,
      count(results, r => r.isEcho),
      {
        wanted: ['0', (_, echoes) => echoes === 0],
      },
    ),
    countFigure(
      `${name}: a piece of the question, unread`,
      count(results, r => r.isQuestion),
    ),
    tokensFigure(name, results),
  ];
}

// The embedder's sentence is given of every chunk, the worker's of few without the answer. What the
// worker adds is seen where the embedder's is held back as often: of chunks that stand out less.
function asSeldom(name: string, results: readonly Result[]): Figure {
  const holding = results.filter(({ pair }) => pair.kind === 'holds');
  const without = results.filter(({ pair }) => pair.kind !== 'holds');
  const standing = ({ height }: Result) => height ?? Number.NEGATIVE_INFINITY;
  const released = without.filter(each => each.isReleased).length;
  const heights = without.map(standing).sort((a, b) => b - a);
  const bound = heights[released] ?? Number.NEGATIVE_INFINITY;
  const isGiven = (each: Result) => each.byEmbedder === true && standing(each) > bound;
  const count = (test: (each: Result) => boolean) => holding.filter(test).length;
  return countFigure(
    `${name}, the same with the embedder's sentence held back as often`,
    [count(isGiven), holding.length],
    { baseline: `worker and embedder ${pairedWith(holding, each => each.isRight, isGiven)}` },
  );
}

// What both say of every chunk: choosing a sentence, without deciding what is released.
function nothingHeldBack(name: string, holding: readonly Result[]): Figure {
  const worker = ({ isRightAnyway }: Result) => isRightAnyway;
  const embedder = ({ byEmbedder }: Result) => byEmbedder === true;
  const least = Math.max(
    holding.filter(embedder).length,
    holding.filter(each => each.byWords).length,
  );
  return countFigure(
    `${name}, the right sentence, nothing held back`,
    [holding.filter(worker).length, holding.length],
    {
      baseline: `worker and embedder ${pairedWith(holding, worker, embedder)}`,
      wanted: [`at least ${least}`, (_, right) => right >= least],
    },
  );
}

type Test = (each: Result) => boolean;

function pairedWith(holding: readonly Result[], worker: Test, other: Test): string {
  const count = (test: Test) => holding.filter(test).length;
  const won = count(each => worker(each) && !other(each));
  const lost = count(each => !worker(each) && other(each));
  const paired = resampled(holding.length, weights => {
    const gained = weights.reduce((sum, weight, at) => {
      const each = holding[at]!;
      return sum + weight * (Number(worker(each)) - Number(other(each)));
    }, 0);
    return gained / Math.max(1, holding.length);
  });
  return (
    `${count(worker)} and ${count(other)}; won ${won}, lost ${lost}, paired ` +
    `${share(paired.low)} to ${share(paired.high)}`
  );
}

function tokensFigure(name: string, results: readonly Result[]): Figure {
  const jobs = results.map(({ tokens }) => tokens);
  return {
    what: `${name}: tokens a job`,
    value: `${mean(jobs).toFixed(1)}, at most ${Math.max(0, ...jobs)}`,
    n: jobs.length,
    wanted: { says: 'a mean of at most 15', holds: mean(jobs) <= 15 },
  };
}

async function pairsIn(dir: string, part: string): Promise<Pair[]> {
  const random = seededRandom(7);
  const chunksByFile = new Map<string, Passage[]>();
  const pairs: Pair[] = [];
  let asked = 0;
  for (const { file, question, answerable, evidence, part: own } of questionsIn(dir)) {
    if (own !== part) continue;
    const chunks = chunksByFile.get(file) ?? (await chunksOf(join(dir, file)));
    chunksByFile.set(file, chunks);
    const quotes = evidence.map(({ quote }) => quote);
    const ranked = rankPassages(chunks, question).map(at => chunks[at]!);
    const holds = ({ text }: Passage) => quotes.some(quote => locateQuote(text, quote));
    const without = ranked.filter(chunk => !holds(chunk));
    const add = (passage: Passage, kind: Pair['kind']) =>
      pairs.push({ question, quotes, passage, kind });
    const holding = answerable ? ranked.find(holds) : undefined;
    if (holding) add(holding, 'holds');
    const isNearest = !answerable || asked++ % 2 === 0;
    const other = without[isNearest ? 0 : Math.floor(random() * without.length)]!;
    add(other, isNearest ? 'nearest without' : 'any without');
  }
  return pairs;
}

async function chunksOf(path: string): Promise<Passage[]> {
  const [document] = (await loadDocuments([path])).documents;
  return passagesOf([document!], { by: 'paragraph', characters });
}

// Right is a sentence that covers most of the shorter of both: itself, or a marked quote.
function isRight({ passage, quotes }: Pair, span: TextSpan | undefined): boolean {
  if (!span) return false;
  return quotes.some(quote => {
    const marked = locateQuote(passage.text, quote);
    if (!marked) return false;
    const shared = Math.min(marked.end, span.end) - Math.max(marked.start, span.start);
    return shared > Math.min(marked.end - marked.start, span.end - span.start) / 2;
  });
}

function best(scores: readonly number[]): number {
  return scores.reduce((top, score, at) => (score > scores[top]! ? at : top), 0);
}
