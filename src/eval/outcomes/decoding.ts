import type { Decoding } from '../saved-forms.ts';
import type { OutcomeRow } from './outcome-log.ts';

/** Reads the decoding of a row or a call; what is no number is left out. */
export function decodingIn(value: unknown): Decoding | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { temperature, maxOutputTokens } = value as Record<string, unknown>;
  return {
    ...(typeof temperature === 'number' && { temperature }),
    ...(typeof maxOutputTokens === 'number' && { maxOutputTokens }),
  };
}

/**
 * Writes a decoding for a reader: `temperature 0, at most 20 tokens`.
 * @example
 * ```ts
 * console.log(shownDecoding({ temperature: 0, maxOutputTokens: 20 }));
 * ```
 */
export function shownDecoding({ temperature, maxOutputTokens }: Decoding): string {
  const drawn = `temperature ${temperature ?? 'of the server'}`;
  return maxOutputTokens === undefined ? drawn : `${drawn}, at most ${maxOutputTokens} tokens`;
}

/**
 * Whether answers of one decoding say what those of another are like. A limit that is higher than
 * the known one cuts nothing that was whole.
 * @example
 * ```ts
 * console.log(isSameDecoding({ temperature: 0 }, { temperature: 0, maxOutputTokens: 200 }));
 * ```
 */
export function isSameDecoding(known: Decoding, other: Decoding): boolean {
  const { maxOutputTokens: most } = known;
  const isCutSooner = most !== undefined && (other.maxOutputTokens ?? most) < most;
  return known.temperature === other.temperature && !isCutSooner;
}

/** The decodings of a log, each once; rows that do not say count for nothing. */
export function decodingsOf(rows: readonly OutcomeRow[]): Decoding[] {
  const said = rows.flatMap(({ decoding }) => decoding ?? []);
  return [...new Map(said.map(each => [shownDecoding(each), each])).values()];
}

/**
 * Says that requests are decoded in another way than the answers of a calibration; `undefined`
 * where they are not, or nobody knows.
 * @example
 * ```ts
 * const calibration = readCalibration('support.calibration.json');
 * const other = otherDecoding(calibration, { temperature: 1 });
 * if (other !== undefined) console.warn(other);
 * ```
 */
export function otherDecoding(
  { name, decoding: known }: { readonly name: string; readonly decoding?: Decoding | undefined },
  other: Decoding,
): string | undefined {
  if (!known || isSameDecoding(known, other)) return undefined;
  return (
    `"${name}" was calibrated on answers at ${shownDecoding(known)}, and these are at ` +
    `${shownDecoding(other)}: its guarantee does not hold for them. Ask as it was calibrated, or ` +
    'label and calibrate again.'
  );
}
