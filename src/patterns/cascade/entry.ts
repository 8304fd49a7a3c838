import * as z from 'zod';
import { deferred } from '../../algorithms/deferred.ts';
import { later } from '../../algorithms/later.ts';
import { ownerOnly } from '../../config/strictness.ts';
import { readCalibration } from '../../eval/calibration/calibration.ts';
import { TandemError } from '../../model/errors.ts';
import { patternEntry, type Roles } from '../../model/pattern/pattern-entry.ts';
import { cascade } from './cascade.ts';
import { defaultGate } from './default-gate.ts';
import type { Gate } from './gate.ts';
import { gateByName } from './gate-by-name.ts';
import { gateOption } from './gate-options.ts';
import { agreement } from './gates/agreement.ts';
import { all, greyBand } from './gates/combine.ts';
import { complete } from './gates/complete.ts';
import { matchesPattern } from './gates/validator.ts';
import { belongsToDefault, type CascadeOptions, cascadeData } from './options.ts';

const share = deferred(() => z.number().min(0).max(1));
const gates = Object.values(gateByName);
const gateNames = Object.keys(gateByName) as (keyof typeof gateByName)[];
const gateOptions = later(() => z.strictObject(gateOption).partial().shape);

const ownOptions = deferred(() =>
  cascadeData.extend({
    /** A file of `tandem calibrate`; it takes the place of `gate` and what belongs to it. */
    calibration: ownerOnly(z.string().min(1).optional()),
    /** Which gate judges drafts. Default: `default`, or the one that the options are of. */
    gate: z.enum(['default', ...gateNames, 'matches']).optional(),
    /** A regular expression that every draft must match, whatever the gate. */
    matches: z.string().min(1).optional(),
    /** Scores between which more samples decide. */
    greyBand: z
      .strictObject({ from: share, to: share, samples: z.number().int().min(2).max(25).default(2) })
      .optional(),
  }),
);

const options = deferred(() => ownOptions.extend(gateOptions()));

type Options = z.output<typeof options>;

/** The cascade as configuration knows it. */
export const cascadeEntry = patternEntry({
  summary: 'the local model drafts, a gate judges, the cloud answers what was refused',
  proposedFor: 'questions',
  moreRoles: [...new Set(gates.flatMap(({ roles }) => roles))],
  options,
  make(roles, given) {
    const { local, cloud } = roles;
    return cascade({ local, cloud, ...judgement(given, roles), ...passed(given) });
  },
});

const judging = [
  'calibration',
  'gate',
  'matches',
  'greyBand',
  'onRefusal',
  ...Object.keys(gateOption),
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
  const { matches, greyBand: grey } = given;
  const core = coreOf(given, roles);
  const judged = grey
    ? greyBand(core, {
        from: grey.from,
        to: grey.to,
        by: agreement({ samples: grey.samples }),
      })
    : core;
  return matches === undefined ? judged : all(matchesPattern(matches), judged);
}

function coreOf(given: Options, roles: Roles): Gate {
  const named = given.gate ?? gateMeantBy(given);
  if (named === 'default') return defaultGate({ onRefusal: given.onRefusal });
  if (given.onRefusal !== undefined) throw belongsToDefault();
  return named === 'matches' ? complete() : all(complete(), gateByName[named].make(given, roles));
}

// Without a name, an option of agreement means agreement, and a command its own gate.
function gateMeantBy(given: Options): 'agreement' | 'command' | 'matches' | 'default' {
  const said = Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : [name],
  );
  if (given.command !== undefined) return 'command';
  if (said.some(name => Object.hasOwn(gateByName.agreement.options, name))) return 'agreement';
  return given.matches === undefined ? 'default' : 'matches';
}
