import type { LanguageModel } from '../../types.ts';
import type { Facts, Traits } from './model-record.ts';

/** What bears a name. Nothing here keeps a model alive. */
interface Bearers {
  /** How many different models, wrappers not counted. */
  count: number;
  /** Of the newest. */
  traits: Traits;
  facts: WeakRef<Facts>;
}

const bearersByName = new Map<string, Bearers>();
const namesByFacts = new WeakMap<Facts, Set<string>>();

const forgotten = new FinalizationRegistry<string>(name => {
  const bearers = bearersByName.get(name);
  if (bearers && --bearers.count === 0) bearersByName.delete(name);
});

/** Lets a declared model be found by its provider and id. */
export function nameModel(
  model: LanguageModel,
  { traits, facts }: { traits: Traits; facts: Facts },
): void {
  const name = nameOf(model);
  const names = namesByFacts.get(facts) ?? new Set();
  const count = bearersByName.get(name)?.count ?? 0;
  bearersByName.set(name, {
    traits,
    facts: new WeakRef(facts),
    count: names.has(name) ? count : count + 1,
  });
  if (names.has(name)) return;
  namesByFacts.set(facts, names.add(name));
  forgotten.register(facts, name);
}

/**
 * Finds what is known under the name of a model: its traits, and the facts where only one model
 * bears the name. Only a plain object may be a wrapper of it: what is made by a class is a model of
 * its own, such as one on another server.
 */
export function findNamesake(
  model: LanguageModel,
): { readonly traits: Traits; readonly facts?: Facts } | undefined {
  if (Object.getPrototypeOf(model) !== Object.prototype) return undefined;
  const bearers = bearersByName.get(nameOf(model));
  const facts = bearers?.facts.deref();
  if (!bearers || !facts) return undefined;
  return bearers.count === 1 ? { traits: bearers.traits, facts } : { traits: bearers.traits };
}

function nameOf({ provider, modelId }: LanguageModel): string {
  return `${provider}|${modelId}`;
}
