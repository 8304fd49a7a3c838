import { citedIds } from '../algorithms/finding/cited-ids.ts';
import type { Completion } from '../model/pattern/define-pattern.ts';
import type { About } from '../model/run/summary.ts';
import type { Call } from '../model/types.ts';
import type { CitedExtract } from './cited-extract.ts';

// `[e1]`, `[1]`, `[p1, p2].`, `【E1】`: marks of citations, and nothing that they stand behind.
const idsAlone =
  /^(?:[\s.,;:]*[[【]\s*\^?[a-z]?\d{1,3}(?:\s*[,;/&–-]\s*[a-z]?\d{1,3})*\s*[\]】])+[\s.,;:]*$/i;
const mostSaid = 3;

interface Pointed {
  readonly extracts: readonly CitedExtract[];
  /** What was said before the answer came. */
  readonly about: About;
  readonly call: Pick<Call, 'responseFormat'>;
}

/**
 * Says what an answer only points at: the extracts whose ids it holds, else those at the places
 * that it counts, else the first. `undefined` of an answer that says something itself.
 */
export function saidByIds(
  said: string,
  { extracts, about, call }: Pointed,
): Completion | undefined {
  if (!idsAlone.test(said) || extracts.length === 0) return undefined;
  // A list of numbers may be the JSON that was asked for.
  if (call.responseFormat?.type === 'json') return undefined;
  const ids = citedIds(said);
  const numbers = (said.match(/\d+/g) ?? []).map(Number);
  const known = extracts.filter(({ id }) => ids.includes(id));
  const counted = extracts.filter((_, index) => numbers.includes(index + 1));
  const named = [known, counted, extracts.slice(0, 1)].find(list => list.length > 0)!;
  const lines = named.slice(0, mostSaid).map(({ id, text }) => `${text.trim()} [${id}]`);
  const reason = `the answer held ids alone, and what they stand for was added; ${about.reason}`;
  return { text: `\n${lines.join('\n')}`, about: { degraded: true, reason } };
}
