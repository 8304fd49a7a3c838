import * as z from 'zod';
import { later } from '../../algorithms/later.ts';
import type { Roles } from '../../model/pattern/pattern-entry.ts';
import type { Gate } from './gate.ts';
import type { SignalByName } from './signal.ts';

/** A gate as configurations, outcome logs and calibrations know it. */
export interface NamedGate<Role extends string = string> {
  /** Its options as data, by name. One name means the same in every gate. */
  readonly options: z.ZodRawShape;
  /** Roles that it may be given beside local and cloud. */
  readonly roles: readonly Role[];
  /** Makes the gate. It takes its own options out of all that were given. */
  make(given: Readonly<Record<string, unknown>>, roles: Roles): Gate;
  /** What it measures of a draft, without a threshold: calibrations join these. */
  readonly signals: SignalByName;
}

type Given<Shape extends z.ZodRawShape> = {
  readonly [Name in keyof Shape]?: Exclude<z.output<Shape[Name]>, undefined>;
};

interface NamedGateOptions<Shape extends z.ZodRawShape, Role extends string> {
  readonly options: Shape;
  readonly roles?: readonly Role[];
  readonly make: (given: Given<Shape>, roles: Roles) => Gate;
  readonly signals?: SignalByName;
}

/** Types a gate by its own options, all of which may be left out. */
export function namedGate<Shape extends z.ZodRawShape, const Role extends string = never>(
  gate: NamedGateOptions<Shape, Role>,
): NamedGate<Role> {
  const own = (given: Readonly<Record<string, unknown>>) =>
    Object.entries(given).filter(
      ([name, value]) => Object.hasOwn(gate.options, name) && value !== undefined,
    );
  const options = later(() => z.object(gate.options).partial().shape);
  return {
    get options() {
      return options();
    },
    roles: gate.roles ?? [],
    make: (given, roles) => gate.make(Object.fromEntries(own(given)) as Given<Shape>, roles),
    signals: gate.signals ?? {},
  };
}
