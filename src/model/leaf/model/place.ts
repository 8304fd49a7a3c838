import type { Place } from '../../../trace/span.ts';
import type { LanguageModel } from '../../types.ts';
import { declare, type ToldPlace, type Traits, traitsOf } from './model-record.ts';

/**
 * Declares that a model runs on this device, so that its calls cost nothing and nothing leaves.
 * @example
 * ```ts
 * const mine = onDevice(wrapped);
 * await run({ mode: 'local-only' }, async () => mine.doGenerate(userCall('Hello')));
 * ```
 */
export function onDevice<Model extends LanguageModel>(model: Model): Model {
  return declare(model, { place: 'device' });
}

/**
 * Declares that a model runs in a cloud. This is also what an undeclared model is taken for.
 * @example
 * ```ts
 * const hosted = inCloud(wrapped);
 * ```
 */
export function inCloud<Model extends LanguageModel>(model: Model): Model {
  return declare(model, { place: 'cloud' });
}

/**
 * Declares that a model runs where its address is: here, in the network or in a cloud.
 * @example
 * ```ts
 * const served = placedAt(local, 'network', 'http://192.168.1.5:8080/v1');
 * ```
 */
export function placedAt<Model extends LanguageModel>(
  model: Model,
  place: Place,
  endpoint: string,
): Model {
  return declare(model, {
    place,
    ...(place === 'network' && { host: hostOfUrl(endpoint) }),
  });
}

/** Declares that a device model reads the task that patterns attach as data, beside the prompt. */
export function readingTasks<Model extends LanguageModel>(model: Model): Model {
  return declare(model, { readsTasks: true });
}

/** Declares that a model stands where none is configured: asking it fails, and nothing leaves. */
export function standingIn<Model extends LanguageModel>(model: Model): Model {
  return declare(model, { isAbsent: true });
}

/** Brands a model as composite: it gets a span, and the rules of leaves do not apply to it. */
export function brandComposite<Model extends LanguageModel>(model: Model): Model {
  return declare(model, { isComposite: true });
}

/**
 * Declares that a model's server must be asked where it runs, once, before a prompt may be sent to
 * it as to one on this device. `ask` gives `undefined` where nobody can say as nobody answers, and
 * throws where nothing may be sent.
 * @example
 * ```ts
 * const served = askingPlace(local, async () => undefined);
 * ```
 */
export function askingPlace<Model extends LanguageModel>(
  model: Model,
  ask: () => Promise<ToldPlace | undefined>,
): Model {
  return declare(model, { told: { ask } });
}

/**
 * Tells where a leaf runs; a model that nobody declared counts as cloud, so that egress fails
 * closed.
 * @example
 * ```ts
 * console.log(placeOf(local), placeOf(cloud)); // device cloud
 * ```
 */
export function placeOf(model: LanguageModel): Place {
  return placeIn(traitsOf(model));
}

/** Tells where a leaf of these traits runs. */
export function placeIn({ place, told }: Traits): Place {
  return told?.known?.place === 'cloud' ? 'cloud' : place;
}

/** Tells whether a model counts as none of a cloud while its server was not asked yet. */
export function isPlaceOpen(model: LanguageModel): boolean {
  const { place, told } = traitsOf(model);
  return told !== undefined && told.known === undefined && place !== 'cloud';
}

/**
 * Finds out where a leaf runs, from its server if that must be asked. @throws what asking throws
 */
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

/**
 * Tells where a leaf runs, asking its server if that must be and it answers within a second; it
 * never throws.
 * @example
 * ```ts
 * if ((await placeNow(local)) !== 'device') console.log('runs elsewhere');
 * ```
 */
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
  const { told, host, hosts } = traitsOf(model);
  return told?.known?.host ?? host ?? hosts?.join(', ');
}

/** Tells whether a model runs at a host of the network that the user has allowed. */
export function isAllowedHost(model: LanguageModel, hosts: readonly string[] | undefined): boolean {
  const { place, host, hosts: several, told } = traitsOf(model);
  if (!hosts || place !== 'network' || told?.known?.place === 'cloud') return false;
  if (several) return several.every(each => hosts.includes(each));
  return host !== undefined && hosts.includes(host);
}

/** Tells whether a model is a pattern (or our wrapper around one). */
export function isComposite(model: LanguageModel): boolean {
  return traitsOf(model).isComposite;
}

/** Tells whether a leaf reads tasks as data. */
export function readsTasks(model: LanguageModel): boolean {
  return traitsOf(model).readsTasks;
}

/** Tells whether a leaf stands where no model is configured. */
export function isAbsent(model: LanguageModel): boolean {
  return traitsOf(model).isAbsent;
}

function hostOfUrl(url: string): string {
  return new URL(url).hostname.replace(/\.$/, '');
}
