import { TandemError } from '../../model/errors.ts';
import { nodeCrypto } from '../../model/node-crypto.ts';
import type { Ask } from '../../model/pattern/ask.ts';
import { placeIsClosed } from '../../model/pattern/degrade.ts';
import type { Reranker } from '../../model/pattern/reranking.ts';
import type { LanguageModel } from '../../model/types.ts';
import type { Passage } from '../cited-extract.ts';

/** How many of the first passages are read again. */
export const reread = 50;
const fusion = 60;
const mostKept = 256;
const scoresByAsked = new Map<string, readonly (number | undefined)[]>();

/**
 * Puts the first passages in the order of a reranker; the others follow as they were. What it said
 * lately, of the same passages and question, is known. Where it may not be asked, or cannot, or
 * says nothing of most of them, the order stays.
 */
export async function reranked(
  ask: Ask,
  reranker: Reranker,
  { question, passages }: { readonly question: string; readonly passages: readonly Passage[] },
): Promise<readonly Passage[]> {
  const first = passages.slice(0, reread);
  if (first.length < 2) return passages;
  const scores = await scoresOf(ask, reranker, { question, passages: first });
  if (!scores) return passages;
  const byScore = [...first.keys()].sort((a, b) => more(scores[b], scores[a]) || a - b);
  const rankOf = new Map(byScore.map((at, rank) => [at, rank]));
  const joined = (at: number) => 1 / (fusion + at) + 1 / (fusion + rankOf.get(at)!);
  const order = reranker.isTrained
    ? byScore
    : [...first.keys()].sort((a, b) => joined(b) - joined(a) || a - b);
  return [...order.map(at => first[at]!), ...passages.slice(reread)];
}

// What was scored stands before what was not.
function more(a: number | undefined, b: number | undefined): number {
  const [left, right] = [a ?? Number.NEGATIVE_INFINITY, b ?? Number.NEGATIVE_INFINITY];
  return left === right ? 0 : left - right;
}

async function scoresOf(
  ask: Ask,
  reranker: Reranker,
  { question, passages }: { readonly question: string; readonly passages: readonly Passage[] },
): Promise<readonly (number | undefined)[] | undefined> {
  const { at = numberOf(reranker.leaf), leaf } = reranker;
  const { provider, modelId } = leaf;
  const texts = passages.map(({ text, context }) => (context ? `${context}\n${text}` : text));
  const asked = JSON.stringify([provider, modelId, at, question, texts]);
  const key = nodeCrypto().hash('sha256', asked, 'base64');
  const known = scoresByAsked.get(key);
  if (known) return known;
  try {
    const scores = await reranker.score(ask, question, texts);
    const said = scores.filter(score => score !== undefined).length;
    if (said * 2 < texts.length) {
      warn(ask, `${modelId} told apart ${said} of ${texts.length}`);
      return undefined;
    }
    if (scoresByAsked.size >= mostKept) scoresByAsked.delete(scoresByAsked.keys().next().value!);
    scoresByAsked.set(key, scores);
    return scores;
  } catch (error) {
    if (!TandemError.isInstance(error) || !isPassable(error)) throw error;
    warn(ask, `the reranker failed: ${error.code}`);
    return undefined;
  }
}

const numbers = new WeakMap<LanguageModel, number>();
let count = 0;

// Where nobody says which server a model has, it is known as itself alone.
function numberOf(leaf: LanguageModel): number {
  const number = numbers.get(leaf) ?? count++;
  numbers.set(leaf, number);
  return number;
}

function warn(ask: Ask, why: string): void {
  ask.warn(`Passages stayed in the order that they were found in, since ${why}.`);
}

/** Tells whether what helps to find may be left out: a used-up budget ends the answer instead. */
export function isPassable(error: TandemError): boolean {
  return (
    placeIsClosed(error) || ['model_failed', 'bad_answer', 'egress_denied'].includes(error.code)
  );
}
