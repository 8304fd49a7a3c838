import * as z from 'zod';
import { deferred } from '../algorithms/deferred.ts';
import { modelNamed } from '../model/spec.ts';
import type { LanguageModel } from '../model/types.ts';

const model = { is: 'a model, or a spec such as "ollama:phi4-mini"' };

/** A model, as an option: itself, or a spec such as `ollama:phi4-mini`. */
export const modelOption = deferred(() =>
  z
    .custom<LanguageModel | string>(value => isModel(value) || isSpec(value))
    .transform(given => (typeof given === 'string' ? modelNamed(given) : given))
    .meta(model),
);
// Asked of the stand-in where the option is needed, of what it stands for where it is optional.
z.globalRegistry.add(modelOption, model);

/** A function, as an option. */
export function functionOption<Kind>() {
  return z.custom<Kind>(value => typeof value === 'function').meta({ is: 'a function' });
}

/** An object of a program that no schema looks into, as an option; `is` says what it is. */
export function objectOption<Kind>(is: string) {
  return z.custom<Kind>(isObject).meta({ is });
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSpec(value: unknown): boolean {
  return typeof value === 'string' && /^[^:\s]+:/.test(value);
}

function isModel(value: unknown): boolean {
  const { specificationVersion } = (value ?? {}) as { specificationVersion?: unknown };
  return specificationVersion === 'v4';
}
