import { nearest } from '../algorithms/nearest.ts';
import { TandemError } from '../model/errors.ts';
import type { ModelFactory, Scheme } from '../model/spec.ts';

/** Joins schemes into one factory. */
export function modelFactory(schemes: readonly Scheme[]): ModelFactory {
  return (spec, settings = {}) => {
    const colon = spec.indexOf(':');
    const name = colon < 0 ? spec : spec.slice(0, colon);
    const scheme = schemes.find(candidate => candidate.name === name);
    // Where there is to be no model none need be named.
    if (!scheme || (colon < 0 && name !== 'none')) throw unknownSpec(spec, name, schemes);
    return scheme.create(colon < 0 ? '' : spec.slice(colon + 1), settings);
  };
}

function unknownSpec(spec: string, name: string, schemes: readonly Scheme[]): TandemError {
  const names = schemes.map(scheme => scheme.name);
  const known = schemes.find(scheme => scheme.name === nearest(name, names));
  const advice = known
    ? `Did you mean \`${known.example}\`?`
    : `Known schemes: ${names.map(n => `${n}:`).join(', ')}.`;
  return new TandemError('unknown_name', `No model backend for the spec "${spec}". ${advice}`, {
    data: { spec },
  });
}
