import type { Place } from '../trace/span.ts';
import { shareCapabilities } from './capabilities.ts';
import type { LanguageModel } from './types.ts';

/** What a server says of where it runs a model. */
export interface ToldPlace {
  readonly place: Place;
  /** The other host, if it says one. */
  readonly host?: string;
}

/** Shared by a model and all wrappers around it. */
interface Told {
  readonly ask: () => Promise<ToldPlace | undefined>;
  known?: ToldPlace;
  pending?: Promise<void>;
}

interface Traits {
  readonly place: Place;
  /** Absent of a model that is where it was declared to be, whatever happens. */
  readonly told?: Told;
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

/**
 * Declares that a model's server must be asked where it runs, once, before a prompt may be sent to it as to one on this
 * device. `ask` gives `undefined` where nobody can say as nobody answers, and throws where nothing may be sent.
 */
export function askingPlace<Model extends LanguageModel>(model: Model, ask: Told['ask']): Model {
  traitsByLeaf.set(model, { ...traitsOf(model), told: { ask } });
  return model;
}

/** Tells where a leaf runs; a model that nobody declared counts as cloud, so that egress fails closed. */
export function placeOf(model: LanguageModel): Place {
  const { place, told } = traitsOf(model);
  return told?.known?.place === 'cloud' ? 'cloud' : place;
}

/** Tells whether a model counts as one on this device while its server was not asked yet. */
export function isPlaceOpen(model: LanguageModel): boolean {
  const { place, told } = traitsOf(model);
  return told !== undefined && told.known === undefined && place === 'device';
}

/** Finds out where a leaf runs, from its server if that must be asked. @throws what asking throws */
export async function learnPlace(model: LanguageModel): Promise<Place> {
  const { told } = traitsOf(model);
  if (told && isPlaceOpen(model)) {
    told.pending ??= told.ask().then(
      found => {
        // An answer may have said more meanwhile.
        told.known ??= found;
        delete told.pending;
      },
      (error: unknown) => {
        delete told.pending;
        throw error;
      },
    );
    await told.pending;
  }
  return placeOf(model);
}

/** Tells where a leaf runs, asking its server if that must be and it answers within a second; it never throws. */
export async function placeNow(model: LanguageModel): Promise<Place> {
  if (!isPlaceOpen(model)) return placeOf(model);
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, 1000);
  await Promise.race([learnPlace(model), promise]).catch(() => {});
  clearTimeout(timer);
  return placeOf(model);
}

/** Notes that a model runs at another host, as its own answer says. */
export function noteElsewhere(model: LanguageModel, host: string): void {
  const { told } = traitsOf(model);
  if (told) told.known = { place: 'cloud', host };
}

/** The host at which a model runs that is not where it seems; `undefined` of all others. */
export function hostOf(model: LanguageModel): string | undefined {
  return traitsOf(model).told?.known?.host;
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
