import type { Usd } from '../../trace/span.ts';
import type { AdviceRequest, ReadingAdvice, Way } from './advise.ts';
import type { WayName } from './ways.ts';

/** What a choice is made of. */
interface Choice {
  readonly ways: readonly Way[];
  readonly breakEvenTokens: ReadingAdvice['breakEvenTokens'];
  readonly request: AdviceRequest;
}

type Chosen = Pick<ReadingAdvice, 'best' | 'why' | 'brief'>;

/** Says which way pays, and why. */
export function choose(choice: Choice): Chosen {
  const { ways, request } = choice;
  const open = (name: WayName) => ways.find(way => way.name === name && way.closed === undefined);
  const [reader, fits] = readerFor(request.question);
  const from = choice.breakEvenTokens[reader];
  const { documentTokens } = request.sizes;
  const isSmall = from === 'never' || documentTokens < from;
  const price = (name: WayName) => money(ways.find(way => way.name === name)!.costUsd);
  const whole = open('whole');
  if (whole && isSmall) {
    const why =
      `The document is small: ${count(documentTokens)} tokens, and ${reader} pays from ` +
      `${count(from)} on. Send it whole for ` +
      `${price('whole')}, or keep it home with ${reader} for ${price(reader)}.`;
    return {
      best: 'whole',
      why,
      brief: `the document is small, the break-even is at ${count(from)} tokens`,
    };
  }
  if (!open(reader)) return home(choice, reader);
  // A small model alone on all of it is worth less than a large one on what it has noted: it is
  // named, not chosen.
  const alone = open('whole-on-device')
    ? ` ${request.local!.modelId} alone could read the whole for $0.`
    : '';
  const compared = whole
    ? `the whole would cost ${price('whole')}`
    : `the whole may not go (${ways.find(({ name }) => name === 'whole')!.closed}); it would ` +
      `cost ${price('whole')}`;
  const pays = isSmall
    ? `It keeps the document home for ${price(reader)}, though it does not save: the break-even ` +
      `is at ${count(from)} tokens`
    : `It costs ${price(reader)} at ${count(documentTokens)} tokens, above the break-even of ` +
      `${count(from)}`;
  const brief =
    `${price(reader)} against ${price('whole')} for all ${count(documentTokens)} ` +
    `tokens; break-even at ${count(from)}`;
  return { best: reader, why: `${fits} ${pays}; ${compared}.${alone}`, brief };
}

function home({ ways, request }: Choice, reader: 'minions' | 'chain'): Chosen {
  const { closed } = ways.find(({ name }) => name === reader)!;
  const alone = ways.find(({ name }) => name === 'whole-on-device')!;
  const passages = ways.find(({ name }) => name === 'retrieval-on-device')!;
  const why = `Nothing may go to a cloud (${closed}):`;
  const brief = 'nothing may go to a cloud';
  // Of a worker that cannot read chunks by forms the best passages are what helps it most.
  if (alone.closed && !passages.closed && request.local?.fillsForms === false)
    return {
      best: 'retrieval-on-device',
      why:
        `${why} the best passages go to ${request.local.modelId}, which answers from them; as a ` +
        'worker it is too weak.',
      brief,
    };
  if (alone.closed)
    return {
      best: reader,
      why: `${why} ${reader} reads here, and its extracts are the answer.`,
      brief,
    };
  return {
    best: 'whole-on-device',
    why: `${why} the document fits the window of ${request.local!.modelId}, which answers alone.`,
    brief,
  };
}

// What follows in time or from one another is read in order; what stands in one place is looked up
// everywhere at once.
const inOrder = new RegExp(
  String.raw`\b(why|cause[ds]?|led to|timeline|chronolog\w*|sequence|history|how did` +
    String.raw`|what happened|develop(ed|ment)?|changed?|amend\w*|after (all|the)|before|then` +
    String.raw`|summar\w*)\b`,
  'i',
);

/** Chooses between reading in order and reading everywhere at once, from the question alone. */
export function readerFor(question: string): readonly ['minions' | 'chain', string] {
  return inOrder.test(question) || question.trim() === ''
    ? ['chain', 'The question is about order, cause or change: chain reads in order.']
    : [
        'minions',
        'The question looks for what stands somewhere: minions reads all chunks at once.',
      ];
}

function count(tokens: number | 'never'): string {
  return tokens === 'never' ? tokens : tokens.toLocaleString('en');
}

function money(usd: Usd): string {
  if (usd === 'unknown') return 'an unknown price';
  return usd === 0 ? '$0' : `$${usd >= 0.01 ? usd.toFixed(3) : usd.toPrecision(2)}`;
}
