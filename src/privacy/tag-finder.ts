import * as z from 'zod';
import { later } from '../algorithms/later.ts';
import { type KeysOf, requireKnown } from '../model/errors.ts';
import type { MaskedSpan } from '../model/run/ports.ts';
import { addressOf, finderService, offsetsOf, type ServiceAddress } from './finder-service.ts';
import { inPieces, type PersonalDataFinder } from './personal-data-finder.ts';

/** Options of a server of token classification. */
export interface TagFinderOptions extends ServiceAddress {
  /** Findings below it are left out, 0..1. Default: 0.5. */
  readonly scoreThreshold?: number;
  /** Kinds that are masked, such as `PER`. Default: all that the server names. */
  readonly entities?: readonly string[];
}

const tagFinderKeys: KeysOf<TagFinderOptions> = {
  endpoint: true,
  place: true,
  headers: true,
  scoreThreshold: true,
  entities: true,
};

const label = later(() => z.string().min(1).max(64).optional());
const tag = later(() =>
  z
    .looseObject({
      start: z.int().min(0),
      end: z.int().min(0),
      score: z.number().optional(),
      entity_group: label(),
      entity: label(),
      label: label(),
    })
    .refine(found => labelOf(found) !== undefined),
);
// A server that is asked for one text may answer with a list of one list.
const tags = later(() =>
  z.union([z.array(tag()), z.array(z.array(tag())).transform(lists => lists.flat())]),
);
type FoundTag = z.output<ReturnType<typeof tag>>;

// Such models read 512 tokens or so; what is beyond is cut by many servers without a word.
const pieces = { length: 1200, overlap: 150 };

/**
 * Finds names and more by a server of a token-classification model: `{ "inputs": TEXT }` is sent to
 * the endpoint as it is given, and a list of `{ start, end, entity_group | entity | label, score }`
 * read, whose places count code points, as the pipelines of `transformers` write it. Tokens that
 * follow each other are one finding. For `personalDataMasker({ more })`; a server that fails or
 * answers otherwise fails the detector, and then nothing leaves.
 * @throws TandemError `invalid_argument` for an address that is none, or one in a cloud
 * @example
 * ```ts
 * const finder = tagFinder({ endpoint: 'http://127.0.0.1:8080/predict' });
 * const masker = personalDataMasker({ more: [finder] });
 * ```
 */
export function tagFinder(options: TagFinderOptions): PersonalDataFinder {
  requireKnown('tagFinder', options, tagFinderKeys);
  const service = finderService(addressOf(options.endpoint), options);
  const { scoreThreshold = 0.5, entities } = options;
  const isWanted = ({ kind, score }: ScoredSpan) =>
    kind !== 'O' && score >= scoreThreshold && (!entities || entities.includes(kind));
  return async (text, { signal } = {}) => {
    if (!/\p{L}/u.test(text)) return [];
    return inPieces(text, pieces, async piece => {
      const found = await service.ask({ inputs: piece }, tags(), signal);
      const at = offsetsOf(piece);
      const scored = found.map(each => scoredOf(each, at));
      return joined(scored.filter(isWanted), piece);
    });
  };
}

interface ScoredSpan extends MaskedSpan {
  readonly score: number;
  /** Whether its label says that it goes on with what stands before it. */
  readonly goesOn: boolean;
}

interface Labels {
  readonly entity_group?: string | undefined;
  readonly entity?: string | undefined;
  readonly label?: string | undefined;
}

function labelOf({ entity_group: group, entity, label: named }: Labels): string | undefined {
  return group ?? entity ?? named;
}

function scoredOf(found: FoundTag, at: (codePoints: number) => number): ScoredSpan {
  const given = labelOf(found) ?? '';
  const [, prefix = '', kind = given] = /^([BIELSU])-(.+)$/.exec(given) ?? [];
  const { start, end, score = 1 } = found;
  return { start: at(start), end: at(end), kind, score, goesOn: /^[IEL]$/.test(prefix) };
}

// Some servers give one finding a token, of which a name has several.
function joined(found: readonly ScoredSpan[], text: string): MaskedSpan[] {
  const whole: { start: number; end: number; kind: string }[] = [];
  for (const { start, end, kind, goesOn } of found.toSorted((a, b) => a.start - b.start)) {
    const last = whole.at(-1);
    const gap = last && last.kind === kind ? text.slice(last.end, start) : undefined;
    if (last && (gap === '' || (goesOn && gap !== undefined && /^[\s'’.-]{0,2}$/.test(gap))))
      last.end = Math.max(last.end, end);
    else whole.push({ start, end, kind });
  }
  return whole.map(span => ({ ...span, kind: kindOf(span.kind) }));
}

function kindOf(given: string): string {
  const kind = given.toUpperCase().replace(/[^A-Z_]/g, '');
  return kind === 'PER' ? 'PERSON' : kind || 'DATA';
}
