import type { LanguageModel } from '../../types.ts';
import { defineFact } from '../model/model-record.ts';
import data from './catalogue.json' with { type: 'json' };
import { type Listing, readRow } from './catalogue-row.ts';
import { type Vendor, vendorAt, vendorNamed, vendors } from './vendors.ts';

/** A dated list of prices and context windows. */
export interface CatalogueFile {
  /** Package and version that it was made of. */
  readonly source: string;
  /** Day on which that was published: `2026-09-23`. */
  readonly asOf: string;
  /** Models by vendor, a row each. */
  readonly models: Readonly<Record<string, readonly string[]>>;
}

const packaged: CatalogueFile = data;
let file = packaged;

/** How old the catalogue is, and what it was made of. */
export interface CatalogueState {
  /** Package and version that it was made of. */
  readonly source: string;
  /** Day on which that was published: `2026-09-23`. */
  readonly asOf: string;
  readonly ageDays: number;
  /** Whether it is more than 90 days old, so that prices may have changed. */
  readonly isOld: boolean;
}

const oldDays = 90;
const dayMs = 86_400_000;

/**
 * Tells the date and the source of the list of prices and context windows, and its age.
 * @example
 * ```ts
 * const { asOf, ageDays } = catalogueState();
 * ```
 */
export function catalogueState(now: number = Date.now()): CatalogueState {
  const { source, asOf } = file;
  const ageDays = Math.max(0, Math.floor((now - Date.parse(asOf)) / dayMs));
  return { source, asOf, ageDays, isOld: ageDays > oldDays };
}

/** The day of the list of prices and context windows that comes along: `2026-09-23`. */
export const pricesAsOf: string = packaged.asOf;

/** The day of the list at work, and the time from which it is old. */
export const listAtWork = { asOf: packaged.asOf, oldFrom: oldFrom(packaged.asOf) };

/**
 * Takes a newer list in place of the one at work, for models that are made from then on. Returns
 * false, and changes nothing, where it is no newer.
 */
export function useCatalogue(newer: CatalogueFile): boolean {
  if (newer.asOf <= file.asOf) return false;
  file = newer;
  listsByVendor.clear();
  Object.assign(listAtWork, { asOf: newer.asOf, oldFrom: oldFrom(newer.asOf) });
  return true;
}

/** The list at work. */
export function catalogueAtWork(): CatalogueFile {
  return file;
}

/**
 * The models of the list at work, by vendor.
 * @example
 * ```ts
 * for (const vendor of Object.keys(listedModels())) console.log(vendor);
 * ```
 */
export function listedModels(): Readonly<Record<string, readonly Listing[]>> {
  return Object.fromEntries(Object.keys(file.models).map(id => [id, listOf(id)]));
}

function oldFrom(asOf: string): number {
  return Date.parse(asOf) + (oldDays + 1) * dayMs;
}

/** What is listed of the model behind a model object; `null` where its server's list has none. */
const listings = defineFact<Listing | null>('listing');

/** What the catalogue says of a model object, if its backend looked it up; `null` for nothing. */
export const listingOf = listings.of;

/** What a backend knows of who serves a model. */
interface Served {
  /** The model's name as the server knows it. */
  readonly name: string;
  readonly endpoint: string;
  /** The scheme, which says the vendor where the host is nobody's that is known. */
  readonly scheme?: string;
}

/** Looks a model up by its server's host, then by its scheme. */
export function listingAt({ name, endpoint, scheme = '' }: Served): Listing | undefined {
  const vendor = vendorAt(endpoint) ?? vendorNamed(scheme);
  return vendor && listed(vendor, name);
}

/** Notes what is listed of a model, or that nothing is: it is not looked up by its id any more. */
export function noteListing(model: LanguageModel, found: Listing | undefined): void {
  listings.note(model, found ?? null);
}

/**
 * Looks a model up by who provides it (`groq.chat`), by the scheme of its id (`azure:gpt-4.1`), or
 * by a name that only one vendor's models bear; `undefined` where none of these is known.
 */
export function listingNamed(modelId: string, provider = ''): Listing | undefined {
  const end = modelId.indexOf(':');
  const [scheme, rest] = [modelId.slice(0, Math.max(0, end)), modelId.slice(end + 1)];
  const byScheme = vendorNamed(scheme);
  if (byScheme) return listed(byScheme, rest);
  const name = modelId.toLowerCase();
  const vendor = vendorNamed(provider) ?? vendors.find(({ ownNames }) => ownNames?.test(name));
  return vendor && listed(vendor, name);
}

/**
 * What an id or a provider must look like to be looked up: of most models of others, this look is
 * all.
 */
export const listedNames = new RegExp(
  vendors
    .flatMap(({ names, ownNames }) => [
      ...names.map(name => `^${name}[.:]|^${name}$`),
      ...(ownNames ? [ownNames.source] : []),
    ])
    .join('|'),
  'i',
);

// Read when the vendor is first looked up, since most programs ask one or two.
const listsByVendor = new Map<string, readonly Listing[]>();

function listOf(vendorId: string): readonly Listing[] {
  const known = listsByVendor.get(vendorId);
  if (known) return known;
  const rows = (file.models[vendorId] ?? []).map(readRow);
  listsByVendor.set(vendorId, rows);
  return rows;
}

// Finds a model in the list of its vendor, then in those of whom it resells.
function listed(vendor: Vendor, name: string): Listing | undefined {
  const lower = name.toLowerCase();
  for (const id of [vendor.id, ...(vendor.resells ?? [])]) {
    const models = listOf(id);
    const found =
      models.find(({ names }) => names.includes(lower) || names.includes(`${lower}+`)) ??
      models.find(({ names }) => names.some(each => isVersion(each, lower)));
    if (found) return found;
  }
  return undefined;
}

// A date, the number of a version, or a word for the newest.
const versionSuffix =
  /^[-@](?=.)(?:(?:latest|preview|exp)-?)?(?:\d{3,4}|\d{8}|\d{4}-\d\d-\d\d|\d\d-\d\d(?:\d\d)?)?$/;

// What follows must not be a word of a name: a longer name is another model, of another price.
function isVersion(listedName: string, name: string): boolean {
  const begin = listedName.slice(0, -1);
  if (!name.startsWith(begin)) return false;
  if (listedName.endsWith('*')) return true;
  return listedName.endsWith('+') && versionSuffix.test(name.slice(begin.length));
}
