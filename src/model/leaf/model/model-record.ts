/**
 * What is known of a model, in one record beside it: what was declared of this very object (its
 * traits), and what was found out about the model behind it (facts: capabilities, judge, circuit,
 * server …). Our wrappers share both. A wrapper of somebody else, such as one by the AI SDK's
 * `wrapLanguageModel`, shows only a name: by it the facts are found again, the traits never, since
 * where a model runs decides what may leave.
 *
 * Beside and not on the models: a frozen model can bear no mark, and a copy or a proxy would bear
 * that of another.
 */
import type { Place } from '../../../trace/span.ts';
import type { LanguageModel } from '../../types.ts';
import { findNamesake, nameModel } from './namesakes.ts';

/** What a server says of where it runs a model. */
export interface ToldPlace {
  readonly place: Place;
  /** The other host, if it says one. */
  readonly host?: string;
}

/**
 * What the server of a model is asked, and has said, of its place; shared by a model and all our
 * wrappers around it.
 */
interface Told {
  readonly ask: () => Promise<ToldPlace | undefined>;
  known?: ToldPlace;
  pending?: Promise<void>;
}

/** What was declared of a model; of an undeclared one, what is safe to take it for. */
export interface Traits {
  /** Whether anything was. */
  readonly isDeclared: boolean;
  readonly place: Place;
  /** The host of a model in the network. */
  readonly host?: string;
  /** All of them, where it is several servers. */
  readonly hosts?: readonly string[];
  /** Absent of a model that is where it was declared to be, whatever happens. */
  readonly told?: Told;
  /** Whether it is a pattern. */
  readonly isComposite: boolean;
  readonly readsTasks: boolean;
  readonly isAbsent: boolean;
}

/** What was found out about a model, shared by all that wrap it. */
export type Facts = Map<symbol, unknown>;

/** What is known of a model. */
interface ModelRecord {
  readonly traits: Traits;
  readonly facts: Facts;
}

const undeclared: Traits = {
  isDeclared: false,
  place: 'cloud',
  isComposite: false,
  readsTasks: false,
  isAbsent: false,
};

const records = new WeakMap<LanguageModel, ModelRecord>();

/** Tells what was declared of a model. */
export function traitsOf(model: LanguageModel): Traits {
  return (records.get(model) ?? recordOf(model)).traits;
}

/** Declares traits of a model, beside those that it has. */
export function declare<Model extends LanguageModel>(
  model: Model,
  traits: Partial<Omit<Traits, 'isDeclared'>>,
): Model {
  const { traits: before, facts } = ownRecordOf(model);
  const record = { traits: { ...before, ...traits, isDeclared: true }, facts };
  records.set(model, record);
  nameModel(model, record);
  return model;
}

/** Makes a wrapper of ours what its model is: the same traits, the same facts. */
export function shareRecord<Model extends LanguageModel>(from: LanguageModel, to: Model): Model {
  const record = records.get(from) ?? recordOf(from);
  records.set(to, record);
  if (record.traits.isDeclared) nameModel(to, record);
  return to;
}

/** Lets a model know what another one knows, now and later; each keeps its traits. */
export function shareFacts(from: LanguageModel, to: LanguageModel): void {
  records.set(to, { traits: ownRecordOf(to).traits, facts: ownRecordOf(from).facts });
}

/** One kind of thing that can be found out about a model. */
export interface ModelFact<T> {
  /** Tells what is known by now; asks nobody. */
  of(model: LanguageModel): T | undefined;
  note(model: LanguageModel, value: T): void;
}

/** Defines a kind of fact. */
export function defineFact<T>(name: string): ModelFact<T> {
  const key = Symbol(name);
  return {
    of: model => (records.get(model) ?? recordOf(model)).facts.get(key) as T | undefined,
    note: (model, value) => void ownRecordOf(model).facts.set(key, value),
  };
}

/** Tells what was declared of the model that an undeclared one wraps, by all that its name says. */
export function wrappedTraits(model: LanguageModel): Traits | undefined {
  return findNamesake(model)?.traits;
}

// Of a model that nobody has spoken of yet.
function recordOf(model: LanguageModel): ModelRecord {
  return keep(model, findNamesake(model)?.facts ?? new Map());
}

// Whoever declares something speaks of a model of its own, though another may bear the same name.
function ownRecordOf(model: LanguageModel): ModelRecord {
  return records.get(model) ?? keep(model, new Map());
}

function keep(model: LanguageModel, facts: Facts): ModelRecord {
  const record = { traits: undeclared, facts };
  records.set(model, record);
  return record;
}
