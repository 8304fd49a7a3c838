/**
 * What a call wants beside text, pictures read and tools called, and what a model's server says of
 * it. A server that cannot do it may drop it in silence, and its model then answers from nothing.
 */
import { TandemError } from '../../errors.ts';
import type { Call, LanguageModel } from '../../types.ts';
import { measure } from '../leaf-call.ts';
import { capabilitiesOf, discover } from './capabilities.ts';
import { defineFact } from './model-record.ts';

/** What a server says that a model can take; what is absent it does not say. */
export interface Abilities {
  readonly images?: boolean;
  readonly tools?: boolean;
}

/** What the server of a model is asked, and has said. */
interface AbilityLook {
  readonly ask: () => Promise<Abilities | undefined>;
  said?: Abilities;
  pending?: Promise<void> | undefined;
  failures: number;
}

const looks = defineFact<AbilityLook>('abilities');
// A server that does not answer this question is not asked it before every call.
const mostFailures = 3;

/**
 * Declares how the server of a model is asked what it can take; that is done once, when a call
 * first needs to know. `ask` gives `undefined` where the server does not say.
 */
export function askingAbilities<Model extends LanguageModel>(
  model: Model,
  ask: () => Promise<Abilities | undefined>,
): Model {
  looks.note(model, { ask, failures: 0 });
  return model;
}

/** Notes what the server of a model says that it can take. */
export function noteAbilities(model: LanguageModel, said: Abilities): void {
  const look = looks.of(model);
  if (look) look.said = said;
  const { images, tools } = said;
  if (images !== undefined) discover(model, { images });
  // That a template knows tools is less than what was seen of its calls.
  if (tools === false || (tools && capabilitiesOf(model).tools === undefined))
    discover(model, { tools });
}

/** Asks the server of a model what it can take, unless it has said so; it never throws. */
export async function learnAbilities(model: LanguageModel): Promise<void> {
  const look = looks.of(model);
  if (!look || look.said || look.failures >= mostFailures) return;
  look.pending ??= look
    .ask()
    .then(
      said => {
        if (!look.said) noteAbilities(model, said ?? {});
      },
      () => {
        look.failures++;
      },
    )
    .finally(() => {
      look.pending = undefined;
    });
  await look.pending;
}

/** Tells whether a model may call tools in its answer to a call. */
export function mayCallTools({ tools, toolChoice }: Call): boolean {
  return (tools?.length ?? 0) > 0 && toolChoice?.type !== 'none';
}

/**
 * Refuses a call with pictures or tools for a model whose server says that it takes none; of other
 * calls nothing is asked, and `undefined` is returned at once. A call that demands a tool is let
 * through: it can be bound to a schema without any template.
 * @throws TandemError `model_failed` of kind `rejected`
 */
export function requireAbilities(model: LanguageModel, call: Call): Promise<void> | undefined {
  const { holdsImages } = measure(call.prompt);
  return holdsImages || mayCallTools(call) ? requireThem(model, call, holdsImages) : undefined;
}

async function requireThem(model: LanguageModel, call: Call, holdsImages: boolean): Promise<void> {
  await learnAbilities(model);
  const { modelId } = model;
  if (holdsImages && capabilitiesOf(model).images === false) {
    const message =
      `"${modelId}" reads no pictures, and the call holds one. Nothing was sent: use a model ` +
      'that reads pictures, or a cascade or router with a cloud that does.';
    throw refusal(modelId, message, 'messages');
  }
  const isDemanded = call.toolChoice?.type === 'required' || call.toolChoice?.type === 'tool';
  if (mayCallTools(call) && !isDemanded && looks.of(model)?.said?.tools === false) {
    const message =
      `"${modelId}" has no template for tools, and the call offers some. Nothing was sent: use ` +
      'a model that calls tools, leave them out, or demand a call.';
    throw refusal(modelId, message, 'tools');
  }
}

function refusal(modelId: string, message: string, name: string): TandemError {
  const data = { modelId, attempts: 0, status: 400, failure: 'rejected', name, serverParam: name };
  return new TandemError('model_failed', message, { data });
}
