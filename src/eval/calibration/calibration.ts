import * as z from 'zod';
import { later } from '../../algorithms/later.ts';
import { TandemError } from '../../model/errors.ts';
import type { OfSchema } from '../../model/of-schema.ts';
import { readRegularFile } from '../../model/regular-file.ts';
import { decoding, demands, draftScorer } from '../saved-forms.ts';

/** Version of the format; another one is refused. */
export const calibrationVersion = 1;

const point = later(() =>
  z.object({
    threshold: z.number().nullable(),
    escalation: z.number(),
    accuracy: z.number(),
    ratio: z.number(),
  }),
);
const bets = later(() => z.array(z.number()).min(2));
// Evidence of rows that came after it, which `recalibrate` goes on with.
const lasting = later(() =>
  z.object({
    rows: z.number(),
    inUse: z.number(),
    alarm: bets(),
    thresholds: z.array(
      z.object({ threshold: z.number(), quality: bets(), cap: bets().optional() }),
    ),
  }),
);
const schema = later(() =>
  z.object({
    kind: z.literal('tandem-calibration'),
    version: z.literal(calibrationVersion),
    name: z.string(),
    pair: z.object({ local: z.string(), cloud: z.string() }),
    // How the answers were decoded that it stands on; absent where their log does not say.
    decoding: decoding().optional(),
    date: z.string(),
    data: z.object({
      hash: z.string(),
      origin: z.string().optional(),
      split: z.string().optional(),
      fitted: z.number(),
      calibrated: z.number(),
      seen: z.string(),
    }),
    scorer: draftScorer(),
    threshold: z.number(),
    demands: demands().required({ measure: true }),
    guarantee: z.string(),
    expected: point(),
    curve: z.array(point()),
    localP95Ms: z.number().optional(),
    lasting: lasting().optional(),
    warnings: z.array(z.string()),
  }),
);

/**
 * A fitted gate with a threshold that holds for requests like those it was calibrated on: for which
 * pair of models, from which data, with which guarantee.
 */
export type Calibration = OfSchema<typeof schema>;

/**
 * Reads a calibration that `tandem calibrate` wrote. @throws TandemError `invalid_argument`
 * @example
 * ```ts
 * const calibration = readCalibration('support.calibration.json');
 * const support = cascade({ local, cloud, calibration });
 * ```
 */
export function readCalibration(path: string): Calibration {
  let text: string;
  try {
    text = readRegularFile(path);
  } catch (cause) {
    if (TandemError.isInstance(cause)) throw cause;
    throw new TandemError(
      'invalid_argument',
      `The calibration "${path}" cannot be read. Check the path.`,
      { cause },
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new TandemError(
      'invalid_argument',
      `The calibration "${path}" is not JSON. Make it by \`tandem calibrate\`.`,
      {
        cause,
      },
    );
  }
  return checkCalibration(value, path);
}

/** Checks a calibration that came from outside. @throws TandemError `invalid_argument` */
export function checkCalibration(value: unknown, name = 'the calibration'): Calibration {
  const { kind, version } = (value ?? {}) as { kind?: unknown; version?: unknown };
  if (kind === 'tandem-calibration' && version !== calibrationVersion) {
    const message =
      `${name} is of version ${String(version)}, this program reads ` +
      `${calibrationVersion}. Calibrate again.`;
    throw new TandemError('invalid_argument', message);
  }
  const parsed = schema().safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') || 'the whole';
  const message =
    `${name} is no calibration: "${where}" is not valid (${issue?.message ?? ''}). ` +
    'Make it by `tandem calibrate`.';
  throw new TandemError('invalid_argument', message, { data: { path: where } });
}
