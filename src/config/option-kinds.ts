import * as z from 'zod';
import { modelNamed } from '../model/spec.ts';
import type { LanguageModel } from '../model/types.ts';

/** A model, as an option: itself, or a spec such as `ollama:phi4-mini`. */
export const modelOption = z
  .custom<LanguageModel | string>(value => isModel(value) || isSpec(value))
  .transform(given => (typeof given === 'string' ? modelNamed(given) : given))
  .meta({ is: 'a model, or a spec such as "ollama:phi4-mini"' });

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
