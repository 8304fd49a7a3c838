import { isAbstention } from '../../model/pattern/degrade.ts';
import { type Coverage, summaryOf } from '../../model/run/summary.ts';
import type { Answer, Source } from '../../model/types.ts';
import type { Usd } from '../../trace/span.ts';
import type { CitedPlace } from '../cited-extract.ts';

/** A question of a table: the head of a column. */
export interface TableQuestion {
  /** What the column is called. */
  readonly name: string;
  readonly question: string;
}

/** Words of a document that a cell rests on. */
export interface CellEvidence extends CitedPlace {
  readonly quote: string;
  /** In characters of the document's text. */
  readonly start: number;
  readonly end: number;
  /** Where it can be marked on the pages of a PDF, in points. */
  readonly boxes?: readonly object[];
}

/** What one document says to one question. */
export interface GridCell {
  /**
   * `nothing` where the document was read and does not answer, `unread` where it could not be read,
   * `failed` where the question could not be asked.
   */
  readonly status: 'answered' | 'nothing' | 'unread' | 'failed';
  /** The answer, without the ids of its citations; empty where there is none. */
  readonly value: string;
  /** Why there is no answer, or a worse one than there should be. */
  readonly why?: string;
  /** What the answer cites; where there is none the passages nearest to the question. */
  readonly evidence: readonly CellEvidence[];
  readonly coverage?: Coverage;
  readonly costUsd: Usd;
  /** Claims that no extract supports. */
  readonly unsupported?: readonly string[];
  /** Documents that answer otherwise, such as by another amount or date; at most 20. */
  readonly contradicts?: readonly string[];
}

/** A cell without an answer, and why. */
export function emptyCell(status: 'unread' | 'failed', why: string): GridCell {
  return { status, value: '', why, evidence: [], costUsd: 0 };
}

/** Reads an answer about one document as a cell. */
export function cellOf(answer: Answer): GridCell {
  const summary = summaryOf(answer);
  const { coverage, costUsd = 0, grounding } = summary ?? {};
  const text = answer.content.map(part => (part.type === 'text' ? part.text : '')).join('');
  const value = valueIn(text);
  const isAnswered = !isAbstention(answer) && value !== '';
  const unsupported = grounding?.unsupported ?? [];
  return {
    status: isAnswered ? 'answered' : 'nothing',
    value: isAnswered ? value : '',
    // Whoever has no cloud model knows it, and need not read it in each cell.
    ...(summary?.degraded && !summary.withheld && { why: summary.reason }),
    evidence: evidenceIn(answer, text, isAnswered),
    ...(coverage && { coverage }),
    costUsd,
    ...(isAnswered && unsupported.length > 0 && { unsupported }),
  };
}

// What an answer that no model wrote says beside itself.
const besides = /\n\n(?:Nearest passages:|Not read: )[\s\S]*$/;
const mark = String.raw`\[[a-z]\d{1,4}(?:\s{0,3}[,;]\s{0,3}[a-z]\d{1,4}){0,40}\]`;

function valueIn(text: string): string {
  const own = text.replace(besides, '');
  const led = new RegExp(String.raw`^${mark}(?: \(page \d+\))? `, 'gm');
  return own
    .replace(led, '')
    .replace(new RegExp(String.raw`[ \t]{0,9}${mark}`, 'g'), '')
    .trim();
}

function evidenceIn(answer: Answer, text: string, isAnswered: boolean): CellEvidence[] {
  const sources = answer.content.filter(
    (part): part is Source => part.type === 'source' && part.sourceType === 'document',
  );
  const own = text.replace(besides, '');
  const isCited = ({ id }: Source) => new RegExp(String.raw`[[,;]\s*${id}\s*[\],;]`).test(own);
  return (isAnswered ? sources.filter(isCited) : sources).flatMap(placed);
}

function placed({ providerMetadata }: Source): CellEvidence[] {
  const said = (providerMetadata?.tandem ?? {}) as Partial<CellEvidence>;
  const { quote, start = 0, end = 0, page, line, heading, boxes } = said;
  if (quote === undefined) return [];
  return [
    {
      ...{ quote, start, end },
      ...(page !== undefined && { page }),
      ...(line !== undefined && { line }),
      ...(heading !== undefined && { heading }),
      ...(boxes && { boxes }),
    },
  ];
}
