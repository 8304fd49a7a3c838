import type { Place } from '../trace/span.ts';
import { shareCapabilities } from './capabilities.ts';
import type { LanguageModel } from './types.ts';

interface Traits {
  readonly place: Place;
  readonly readsTasks: boolean;
  readonly isAbsent: boolean;
}

// Brands are kept beside the models, not on them: class models with private fields bear no extra property.
const traitsByLeaf = new WeakMap<LanguageModel, Traits>();
const composites = new WeakSet<LanguageModel>();

const foreign: Traits = { place: 'cloud', readsTasks: false, isAbsent: false };

/** Declares that a model runs on this device, so that its calls cost nothing and nothing leaves. */
export function onDevice<Model extends LanguageModel>(model: Model): Model {
  traitsByLeaf.set(model, { ...traitsOf(model), place: 'device' });
  return model;
}

/** Declares that a model runs in a cloud. This is also what an undeclared model is taken for. */
export function inCloud<Model extends LanguageModel>(model: Model): Model {
  traitsByLeaf.set(model, { ...traitsOf(model), place: 'cloud' });
  return model;
}

/** Declares that a device model reads the task that patterns attach as data, beside the prompt. */
export function readingTasks<Model extends LanguageModel>(model: Model): Model {
  traitsByLeaf.set(model, { ...traitsOf(model), readsTasks: true });
  return model;
}

/** Declares that a model stands where none is configured: asking it fails, and nothing leaves. */
export function standingIn<Model extends LanguageModel>(model: Model): Model {
  traitsByLeaf.set(model, { ...traitsOf(model), isAbsent: true });
  return model;
}

/** Tells where a leaf runs; a model that nobody declared counts as cloud, so that egress fails closed. */
export function placeOf(model: LanguageModel): Place {
  return traitsOf(model).place;
}

/** Tells whether a model is a pattern (or our wrapper around one). */
export function isComposite(model: LanguageModel): boolean {
  return composites.has(model);
}

/** Tells whether a leaf reads tasks as data. */
export function readsTasks(model: LanguageModel): boolean {
  return traitsOf(model).readsTasks;
}

/** Tells whether a leaf stands where no model is configured. */
export function isAbsent(model: LanguageModel): boolean {
  return traitsOf(model).isAbsent;
}

/** Brands a model as composite: it gets a span, and the rules of leaves do not apply to it. */
export function brandComposite<Model extends LanguageModel>(model: Model): Model {
  composites.add(model);
  return model;
}

/** Passes a model's brand, place and capabilities on to a wrapper around it. */
export function keepBrand<Model extends LanguageModel>(from: LanguageModel, to: Model): Model {
  const traits = traitsByLeaf.get(from);
  if (traits) traitsByLeaf.set(to, traits);
  if (composites.has(from)) composites.add(to);
  shareCapabilities(from, to);
  return to;
}

function traitsOf(model: LanguageModel): Traits {
  return traitsByLeaf.get(model) ?? foreign;
}
