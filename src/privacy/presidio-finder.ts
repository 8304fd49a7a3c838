import * as z from 'zod';
import { later } from '../algorithms/later.ts';
import { addressOf, finderService, offsetsOf, type ServiceAddress } from './finder-service.ts';
import { inPieces, type PersonalDataFinder } from './personal-data-finder.ts';

/** Options of a Presidio analyzer. */
export interface PresidioOptions extends ServiceAddress {
  /** Default: `en`. */
  readonly language?: string;
  /** Findings below it are left out, 0..1. Default: the service's own. */
  readonly scoreThreshold?: number;
  /** Kinds to look for, such as `PERSON`. Default: all that the service knows. */
  readonly entities?: readonly string[];
}

const findings = later(() =>
  z.array(
    z.looseObject({
      start: z.int().min(0),
      end: z.int().min(0),
      entity_type: z.string().regex(/^[A-Z][A-Z_]*$/),
    }),
  ),
);
const pieces = { length: 20_000, overlap: 400 };

/**
 * Finds personal data by a Microsoft Presidio analyzer (`POST /analyze`): for `personalDataMasker({
 * more })`. A service that is down, refuses or answers otherwise fails the detector, and then
 * nothing leaves.
 * @throws TandemError `invalid_argument` for an address that is none, or one in a cloud
 * @example
 * ```ts
 * const finder = presidioFinder({ endpoint: 'http://127.0.0.1:5002' });
 * const masker = personalDataMasker({ more: [finder] });
 * ```
 */
export function presidioFinder(options: PresidioOptions): PersonalDataFinder {
  const service = finderService(addressOf(options.endpoint, 'analyze'), options);
  const { language = 'en', scoreThreshold, entities } = options;
  const form = {
    language,
    ...(scoreThreshold !== undefined && { score_threshold: scoreThreshold }),
    ...(entities && { entities }),
  };
  return async (text, { signal } = {}) => {
    if (text.trim() === '') return [];
    return inPieces(text, pieces, async piece => {
      const found = await service.ask({ text: piece, ...form }, findings(), signal);
      const at = offsetsOf(piece);
      return found.map(({ start, end, entity_type: kind }) => ({
        start: at(start),
        end: at(end),
        kind,
      }));
    });
  };
}
