import { relevance } from '../algorithms/text/relevance.ts';
import { textAnswer } from '../model/answer.ts';
import type { TandemError } from '../model/errors.ts';
import { type Settled, settle } from '../model/pattern/define-pattern.ts';
import { abstained, degradedBy, leavesWhatWasFound } from '../model/pattern/degrade.ts';
import type { About } from '../model/run/summary.ts';
import type { Answer, Source } from '../model/types.ts';
import { type CitedExtract, type Passage, sourceOf } from './cited-extract.ts';
import { type Document, pageAt } from './document.ts';
import type { Nearest } from './finding/nearest-passages.ts';
import { type UnreadFile, unreadCounts, unreadLine } from './unread.ts';

/** What a reading pattern has, where no model answers from it. */
export interface Found {
  readonly question: string;
  readonly documents: readonly Document[];
  readonly nearest: Nearest;
  /** What may be cited as an answer. */
  readonly extracts: readonly CitedExtract[];
  /** Chunks that were not understood, of how many. */
  readonly unread?: number;
  readonly chunks?: number;
  /** Files that could not be read. */
  readonly unreadFiles?: readonly UnreadFile[];
}

const shown = 3;
// Nearest passages that the text quotes; the sources hold all of them.
const told = 5;

/**
 * Makes an answer of what was found, without a model: the extracts that fit best, else the nearest
 * passage where enough speaks for it; then the passages nearest to the question, as a hint. Where
 * nothing is certain it says so, and is marked as an abstention.
 */
export function foundAlone(found: Found): Answer {
  const { extracts, question, nearest } = found;
  const isCited = extracts.length === 0 && nearest.isSure;
  const passages = nearestExtracts({ passages: inOrder(nearest, isCited ? 1 : 0) });
  const unreadSaid = unreadLine({ documents: found.documents, unread: found.unreadFiles });
  const others = passages.slice(isCited ? 1 : 0, told);
  const lines = [
    ...(extracts.length > 0
      ? bestOf(extracts, question).map(each => `${each.text.trim()} [${each.id}]`)
      : [isCited ? quoted(passages[0]!) : nothingIn(found)]),
    ...(others.length > 0 ? ['', 'Nearest passages:', ...others.map(quoted)] : []),
    ...(unreadSaid === '' ? [] : ['', unreadSaid]),
  ];
  const sources = [...extracts.map(sourceOf), ...nearestSources(passages, isCited ? 1 : 0)];
  const answer = textAnswer(lines.join('\n'), sources);
  if (extracts.length > 0 || isCited) return answer;
  return { ...answer, finishReason: { unified: 'stop', raw: abstained } };
}

// What is cited, then the sentences of a page or two, then the passages that they stand in.
function inOrder({ passages, sentences = [] }: Nearest, cited: number): readonly Passage[] {
  return [...passages.slice(0, cited), ...sentences, ...passages.slice(cited)];
}

/**
 * Ends a reading pattern whose cloud model is closed, or says nothing, with what was found, marked
 * degraded. Rethrows
 * where the failure must be seen, and where nothing at all is near the question.
 */
export function withoutCloud(
  found: Found,
  { error, about }: { readonly error: TandemError; readonly about: About },
): Settled {
  if (!leavesWhatWasFound(error)) throw error;
  const answer = foundAlone(found);
  if (answer.content.length === 1 && found.extracts.length === 0) throw error;
  const reason = `${about.reason}; the extracts alone, cloud: ${error.code}`;
  return settle(answer, { ...about, reason, ...degradedBy(error) });
}

/** The nearest passages as extracts, with ids of their own: `p1`, `p2`. */
export function nearestExtracts({ passages }: Pick<Nearest, 'passages'>): CitedExtract[] {
  return passages.map(({ start, end, text, document }, index) => ({
    start,
    end,
    text,
    document,
    id: `p${index + 1}`,
    remark: 'a passage near the question',
  }));
}

/**
 * The sources of nearest passages. So many of them stand for an answer, and are cited; the others
 * are a hint for whoever looks further.
 */
export function nearestSources(passages: readonly CitedExtract[], cited: number): Source[] {
  return passages.map((passage, index) => {
    const source = sourceOf(passage);
    const kind = index < cited ? 'cited' : 'nearest';
    return {
      ...source,
      providerMetadata: { tandem: { ...source.providerMetadata?.tandem, kind } },
    };
  });
}

// What more sentences of a document do than these is nothing special.
const outstanding = 2;

/**
 * Keeps of what a reader without a model has picked, chunk by chunk, what stands out in the whole
 * documents too: a sentence that holds most of the question, rare words before common ones. Where
 * a question is of one or two common words, many sentences hold it, and none of them stands out.
 */
export function certainOf({ extracts, nearest }: Found): CitedExtract[] {
  const holding = extracts.filter(extract => nearest.standsOut(extract));
  const byDocument = Map.groupBy(holding, ({ document }) => document);
  return holding.filter(({ document }) => byDocument.get(document)!.length <= outstanding);
}

// Others than the best only where they fit nearly as well.
function bestOf(extracts: readonly CitedExtract[], question: string): CitedExtract[] {
  const ranked = extracts.map(extract => ({ extract, score: relevance(extract.text, question) }));
  ranked.sort((a, b) => b.score - a.score);
  const least = 0.9 * ranked[0]!.score;
  return ranked.slice(0, shown).flatMap(({ extract, score }) => (score >= least ? [extract] : []));
}

function nothingIn({ unread = 0, chunks = 0, documents, unreadFiles }: Found): string {
  if (chunks === 0) return 'No passage clearly answers this question.';
  const isPartial = unreadCounts({ documents, unread: unreadFiles }) !== '';
  const where =
    unread > 0
      ? `what could be read (${unread} of ${chunks} chunks could not)`
      : isPartial
        ? 'what could be read'
        : 'the document';
  return `Nothing in ${where} answers this question.`;
}

function quoted({ id, document, start, text }: CitedExtract): string {
  const page = document.pages.length > 1 ? ` (page ${pageAt(document, start)})` : '';
  return `[${id}]${page} ${text.replace(/[^\S\t]+/g, ' ').trim()}`;
}
