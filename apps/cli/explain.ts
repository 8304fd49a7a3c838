import type { FinishedRun, Span } from '../../src/entries/runs.ts';
import type { Answer, Coverage, Summary } from '../../src/index.ts';
import { table, wrapText } from './layout.ts';
import { dollars, type Style } from './terminal.ts';

/** A citation as the command line shows it. */
export interface Citation {
  readonly id: string;
  readonly title: string;
  readonly mediaType: string;
  /** From 1, where the format knows pages. */
  readonly page?: number;
  /** From 1, where it knows none. */
  readonly line?: number;
  /** The heading above it. */
  readonly heading?: string;
  /** Where it can be marked on the pages of a PDF, in points. */
  readonly boxes?: readonly object[];
  readonly start: number;
  readonly end: number;
  readonly quote: string;
}

/** Reads the citations of an answer from its source parts. */
export function citationsOf(answer: Pick<Answer, 'content'>): Citation[] {
  return answer.content.flatMap(part => {
    if (part.type !== 'source' || part.sourceType !== 'document') return [];
    const said = (part.providerMetadata?.tandem ?? {}) as Partial<Citation>;
    const { page, line, heading, boxes, start = 0, end = 0, quote = '' } = said;
    const { id, title, mediaType } = part;
    return [
      {
        ...{ id, title, mediaType },
        ...(page !== undefined && { page }),
        ...(line !== undefined && { line }),
        ...(heading !== undefined && { heading }),
        ...(boxes && { boxes }),
        ...{ start, end, quote },
      },
    ];
  });
}

/**
 * Writes what an answer says of itself: citations and withheld calls always, the rest where asked
 * for.
 */
export function explain(facts: {
  readonly answer: Answer;
  readonly summary: Summary;
  readonly runs: readonly FinishedRun[];
  readonly style: Style;
  readonly isFull: boolean;
}): string {
  const { answer, summary, style } = facts;
  const blocks = [citationLines(answer, style), honestyLines(summary, style, facts.isFull)];
  if (facts.isFull) blocks.push(...factLines(facts));
  const shown = blocks.filter(block => block !== '');
  return shown.length === 0 ? '' : `\n${shown.join('\n\n')}\n`;
}

function citationLines(answer: Answer, style: Style): string {
  const text = answer.content.map(part => (part.type === 'text' ? part.text : '')).join('');
  const cited = citationsOf(answer).filter(({ id }) => text.includes(`[${id}]`));
  if (cited.length === 0) return '';
  const rows = cited.map(citation => [
    style.accent(`[${citation.id}]`),
    citation.title,
    placeLine(citation),
    style.dim(`characters ${citation.start}–${citation.end}`),
  ]);
  return table(rows, style, '  ');
}

const longestHeading = 40;

function placeLine({ page, line, heading }: Citation): string {
  if (page !== undefined) return `page ${page}`;
  const at = line === undefined ? '' : `line ${line}`;
  if (heading === undefined) return at;
  const shown = heading.length > longestHeading ? `${heading.slice(0, longestHeading)}…` : heading;
  return `${at}, “${shown}”`;
}

function honestyLines(summary: Summary, style: Style, isFull: boolean): string {
  const lines: string[] = [];
  if (summary.degraded) lines.push(`${style.bad('degraded')}  ${summary.reason}`);
  for (const { title, why } of (summary.coverage?.files?.unread ?? []).slice(0, mostUnread))
    lines.push(`${style.bad('unread')}  ${title}: ${reasonOf(why)}`);
  const { unsupported = [], claims = 0, unknownIds = [] } = summary.grounding ?? {};
  if (unknownIds.length > 0)
    lines.push(`${style.bad('unknown')}  no extract is called ${unknownIds.join(', ')}`);
  for (const claim of unsupported)
    lines.push(`${style.bad('unsupported')}  no extract says: ${claim}`);
  if (claims > 0 && isFull && unsupported.length + unknownIds.length === 0)
    lines.push(`grounding: all ${claims} claims stand in the extracts`);
  if (summary.quality) {
    const { score, reason, by } = summary.quality;
    lines.push(`quality ${score} of 5, by ${by}: ${reason}`);
  }
  if (summary.withheld) {
    const { tokens, costUsd, pricedAs } = summary.withheld;
    lines.push(
      `would go to the cloud: ${tokens} tokens, ${dollars(costUsd)} at ${pricedAs}; no cloud ` +
        'model is configured',
    );
  }
  return lines.map(line => wrapText(line, style, '  ')).join('\n');
}

const mostUnread = 10;

// The name stands before it already.
function reasonOf(why: string): string {
  return why.replace(/^The document "[^"]*" cannot be read\. /, '');
}

function baselineOf({ baseline }: Summary): string {
  return `${baseline?.model} alone${baseline?.basis === 'estimate' ? ', estimated' : ''}`;
}

function factLines({
  summary,
  runs,
  style,
}: {
  summary: Summary;
  runs: readonly FinishedRun[];
  style: Style;
}): string[] {
  const saved =
    // Nothing is saved against a model that is not there.
    summary.savedUsd === undefined || summary.withheld !== undefined
      ? []
      : [['saved', `${dollars(summary.savedUsd)} against ${baselineOf(summary)}`]];
  const { coverage, egress } = summary;
  const rows = [
    ['answered by', `${summary.answeredBy} (${summary.place})`],
    ['reason', summary.reason],
    ...(coverage ? [['coverage', coverageLine(coverage)]] : []),
    ['calls', `${summary.calls.device} on this device, ${summary.calls.cloud} to the cloud`],
    ['cost', `${dollars(summary.costUsd)}${summary.usageComplete ? '' : ', usage incomplete'}`],
    ...saved,
    ...(summary.pricesAsOf === undefined
      ? []
      : [['prices', `of ${summary.pricesAsOf}, old; update them with \`tandem prices --update\``]]),
    [
      'left the machine',
      egress.calls === 0
        ? 'nothing'
        : `${egress.characters} characters in ${egress.calls} call${egress.calls === 1 ? '' : 's'}`,
    ],
  ];
  const plan = (summary.plan ?? []).map(({ step, instruction, result, votes, agreed }) => [
    style.dim(step),
    instruction,
    result,
    style.dim(`${agreed} of ${votes} votes`),
  ]);
  const tree = runs.flatMap(({ root }) => root.children.flatMap(span => treeLines(span, 0, style)));
  return [
    table(
      rows.map(([name, value]) => [style.dim(name!), value!]),
      style,
      '  ',
    ),
    ...(plan.length > 0 ? [table(plan, style, '  ')] : []),
    table(tree, style, '  '),
  ];
}

function coverageLine({ chunks, read, cited, skipped = 0, pages, files }: Coverage): string {
  const left = skipped > 0 ? `, ${skipped} skipped` : '';
  const parts = [`${read} of ${chunks} chunks read${left}, ${cited} cited`];
  if (pages && pages.total > 1) {
    const more = [
      ...(pages.skipped > 0 ? [`${pages.skipped} skipped`] : []),
      ...(pages.withoutText > 0 ? [`${pages.withoutText} without text`] : []),
      `${pages.cited} cited`,
    ];
    parts.push(`${pages.read} of ${pages.total} pages read, ${more.join(', ')}`);
  }
  if (files) parts.push(`${files.read} of ${files.total} files read`);
  return parts.join('; ');
}

const mostSiblings = 6;
const longestModelId = 48;

// A pattern of patterns names them all.
function clip(modelId: string): string {
  return modelId.length > longestModelId ? `${modelId.slice(0, longestModelId - 1)}…` : modelId;
}

function treeLines(span: Span, depth: number, style: Style): string[][] {
  const name = `${'  '.repeat(depth)}${span.name}`;
  const took = span.durationMs === undefined ? '' : `${span.durationMs.toFixed(1)} ms`;
  const used = span.tokens
    ? `${span.tokens.input ?? '?'} → ${span.tokens.output ?? '?'} tokens`
    : '';
  const where = span.error ? style.bad(span.error) : (span.place ?? '');
  const shown = span.children
    .slice(0, mostSiblings)
    .flatMap(child => treeLines(child, depth + 1, style));
  const hidden = span.children.length - mostSiblings;
  const more = hidden > 0 ? [[`${'  '.repeat(depth + 1)}… ${hidden} more`, '', '', '', '']] : [];
  return [[name, style.dim(clip(span.modelId)), where, used, took], ...shown, ...more];
}
