import * as z from 'zod';
import { readCalibration } from '../../eval/calibration/calibration.ts';
import { TandemError } from '../../model/errors.ts';
import { type PatternEntry, patternEntry, type Roles } from '../../model/pattern/pattern-entry.ts';
import { cascade } from './cascade.ts';
import { defaultGate } from './default-gate.ts';
import type { Gate } from './gate.ts';
import { gateByName } from './gate-by-name.ts';
import { agreement } from './gates/agreement.ts';
import { all, greyBand } from './gates/combine.ts';
import { complete } from './gates/complete.ts';
import { matchesPattern } from './gates/validator.ts';
import { belongsToDefault, type CascadeOptions, cascadeData } from './options.ts';

const share = z.number().min(0).max(1);
const gates = Object.values(gateByName);
const gateOptions: z.ZodRawShape = Object.assign({}, ...gates.map(gate => gate.options));

const ownOptions = cascadeData.extend({
  /** A file of `tandem calibrate`; it takes the place of `gate` and what belongs to it. */
  calibration: z.string().min(1).optional(),
  /** Which gate judges drafts. Default: `default`, or the one that the options are of. */
  gate: z.enum(['default', ...Object.keys(gateByName), 'pattern']).optional(),
  /** A regular expression that every draft must match, whatever the gate. */
  pattern: z.string().min(1).optional(),
  /** Scores between which more samples decide. */
  greyBand: z
    .strictObject({ from: share, to: share, samples: z.number().int().min(2).max(25).default(2) })
    .optional(),
});

const options = ownOptions.extend(gateOptions);

type Options = z.infer<typeof ownOptions>;

/** The cascade as configuration knows it. */
export const cascadeEntry: PatternEntry = patternEntry({
  summary: 'the local model drafts, a gate judges, the cloud answers what was refused',
  moreRoles: [...new Set(gates.flatMap(({ roles }) => roles))],
  options,
  make(roles, read) {
    const given = read as unknown as Options;
    const { local, cloud } = roles;
    return cascade({ local, cloud, ...judgement(given, roles), ...passed(given) });
  },
});

const judging = [
  'calibration',
  'gate',
  'pattern',
  'greyBand',
  'onRefusal',
  ...Object.keys(gateOptions),
];

// Options that the cascade itself takes, as they are.
function passed(given: Options): Partial<CascadeOptions> {
  const kept = Object.entries(given).filter(
    ([key, value]) => !judging.includes(key) && value !== undefined,
  );
  return Object.fromEntries(kept) as Partial<CascadeOptions>;
}

function judgement(given: Options, roles: Roles): Pick<CascadeOptions, 'accept' | 'calibration'> {
  const { calibration } = given;
  if (calibration === undefined) return { accept: gateOf(given, roles) };
  const said = Object.entries(given).filter(([, value]) => value !== undefined);
  const [other] = said.find(([key]) => key !== 'calibration' && judging.includes(key)) ?? [];
  if (other === undefined) return { calibration: readCalibration(calibration) };
  throw new TandemError(
    'invalid_argument',
    `\`calibration\` and \`${other}\` both say how drafts are judged. Give one of them.`,
  );
}

function gateOf(given: Options, roles: Roles): Gate {
  const { pattern, greyBand: grey } = given;
  const core = coreOf(given, roles);
  const judged = grey
    ? greyBand(core, {
        from: grey.from,
        to: grey.to,
        by: agreement({ samples: grey.samples }),
      })
    : core;
  return pattern === undefined ? judged : all(matchesPattern(pattern), judged);
}

function coreOf(given: Options, roles: Roles): Gate {
  const named = given.gate ?? gateMeantBy(given);
  if (named === 'default') return defaultGate({ onRefusal: given.onRefusal });
  if (given.onRefusal !== undefined) throw belongsToDefault();
  return named === 'pattern' ? complete() : all(complete(), gateByName[named]!.make(given, roles));
}

// Without a name, an option of agreement means agreement.
function gateMeantBy(given: Options): string {
  const said = Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : [name],
  );
  if (said.some(name => Object.hasOwn(gateByName.agreement!.options, name))) return 'agreement';
  return given.pattern === undefined ? 'default' : 'pattern';
}
