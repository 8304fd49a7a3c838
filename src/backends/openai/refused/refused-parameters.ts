import { failureOf } from '../../../model/leaf/failure.ts';
import { askingNoLogprobs, wantsLogprobs } from '../../../model/leaf/logprobs.ts';
import {
  type Capabilities,
  capabilitiesOf,
  discover,
} from '../../../model/leaf/model/capabilities.ts';
import type { Call, LanguageModel } from '../../../model/types.ts';
import {
  askingLoosely,
  schemaInPrompt,
  schemaOf,
  strictnessOf,
  systemInUserTurn,
  withLooseTools,
  withoutField,
  withoutFormat,
} from './asking-less.ts';
import {
  fieldIn,
  isForContent,
  isUnsupported,
  namesSchema,
  namesSystem,
  namesTool,
  type Refusal,
  refusalIn,
} from './refusal.ts';

/** Asks with what a server may refuse, and again without what it did refuse. */
export type AskWithFallback = <T>(call: Call, ask: (call: Call) => Promise<T>) => Promise<T>;

/** A way to ask for less, with what is learnt if it is answered. */
interface StepDown {
  readonly about: string;
  readonly less: Call;
  /** Of the model. */
  readonly learnt?: Capabilities;
  /** Of the schema alone: it is the schema that the server does not take. */
  readonly ofSchema?: SchemaWay;
}

type SchemaWay = 'loose' | 'prompt';

// A refusal comes before any work, so that these tries cost nothing but time.
const mostTries = 8;
const mostSchemas = 64;
/** In place of the name of a field: the role of a message. */
const systemRole = 'system';

/**
 * Makes a way to ask a model for what its server may refuse: a schema, log-probabilities, a system
 * message, any field of the body. What a refusal names is left out, or asked for in another way, as
 * often as needed; what was learnt so is remembered, and not asked for again.
 */
export function fallbackFor(
  model: () => LanguageModel,
  isSchemaRefusedBy500 = false,
): AskWithFallback {
  const wayBySchema = new Map<string, SchemaWay>();
  return (call, ask) => {
    const asked = withoutKnown(model(), call, wayBySchema);
    return ask(asked).catch(error => {
      noteTools(model(), asked, error);
      return askWithLess(
        { model: model(), call, wayBySchema, isSchemaRefusedBy500 },
        { asked, ask, error },
      );
    });
  };
}

interface Descent {
  readonly model: LanguageModel;
  readonly call: Call;
  readonly wayBySchema: Map<string, SchemaWay>;
  readonly isSchemaRefusedBy500: boolean;
}

async function askWithLess<T>(
  descent: Descent,
  { asked, ask, error }: { asked: Call; ask: (call: Call) => Promise<T>; error: unknown },
): Promise<T> {
  const steps: StepDown[] = [];
  let less = asked;
  let refused = error;
  // Of a schema that is refused in every form, the first refusal says what is wrong with it.
  let ofSchema: unknown;
  for (;;) {
    const refusal = refusalIn(refused, descent.isSchemaRefusedBy500);
    const step = refusal && steps.length < mostTries ? stepDown(less, refusal) : undefined;
    if (!refusal || !step) throw (refusal && namesSchema(refusal) && ofSchema) || refused;
    if (step.about === 'schema') ofSchema ??= refused;
    steps.push(step);
    less = step.less;
    try {
      const answer = await ask(less);
      learn(descent, steps);
      return answer;
    } catch (again) {
      refused = again;
    }
  }
}

function learn({ model, call, wayBySchema }: Descent, steps: readonly StepDown[]): void {
  const { refuses: known = [] } = capabilitiesOf(model);
  const found = Object.assign({}, ...steps.map(({ learnt }) => learnt)) as Capabilities;
  const fields = steps.flatMap(({ learnt }) => learnt?.refuses ?? []);
  const refuses = [...new Set([...known, ...fields])];
  discover(model, { ...found, ...(refuses.length > 0 && { refuses }) });
  const way = steps.findLast(({ ofSchema }) => ofSchema !== undefined)?.ofSchema;
  if (way === undefined) return;
  if (wayBySchema.size >= mostSchemas) wayBySchema.clear();
  wayBySchema.set(schemaKey(call), way);
}

function schemaKey(call: Call): string {
  return JSON.stringify(schemaOf(call));
}

function withoutKnown(
  model: LanguageModel,
  call: Call,
  wayBySchema: ReadonlyMap<string, SchemaWay>,
): Call {
  const { logprobs, jsonSchema, refuses } = capabilitiesOf(model);
  const quiet = logprobs === false ? askingNoLogprobs(call) : call;
  const way = wayBySchema.size > 0 ? wayBySchema.get(schemaKey(call)) : undefined;
  const isPrompted = jsonSchema === false || way === 'prompt';
  const asked = isPrompted ? schemaInPrompt(quiet) : way === 'loose' ? askingLoosely(quiet) : quiet;
  return refuses ? withoutFields(asked, refuses) : asked;
}

function withoutFields(call: Call, refused: readonly string[]): Call {
  let less = refused.includes('response_format') ? withoutFormat(call) : call;
  for (const field of refused)
    if (field !== 'response_format' && field !== systemRole) less = withoutField(less, field);
  // It comes last, since a schema in the prompt is told by the system.
  return refused.includes(systemRole) ? systemInUserTurn(less) : less;
}

function stepDown(call: Call, refusal: Refusal): StepDown | undefined {
  return (
    toolStep(call, refusal) ??
    schemaStep(call, refusal) ??
    fieldStep(call, refusal) ??
    systemStep(call, refusal) ??
    logprobStep(call, refusal)
  );
}

function toolStep(call: Call, refusal: Refusal): StepDown | undefined {
  const isStrict = call.tools?.some(tool => tool.type === 'function' && tool.strict === true);
  if (!isStrict || !(namesTool(refusal) || /\bstrict\b/.test(refusal.words))) return undefined;
  return { about: 'tools', less: withLooseTools(call) };
}

function schemaStep(call: Call, refusal: Refusal): StepDown | undefined {
  if (call.responseFormat?.type !== 'json' || namesTool(refusal)) return undefined;
  const { isMute } = refusal;
  if (!isMute && !namesSchema(refusal)) return undefined;
  const { words } = refusal;
  if (schemaOf(call) === undefined || takesTextAlone.test(words)) return formatStep(call);
  const isContent = isForContent(refusal);
  // Where schemas as such are refused, the same in other words would be too.
  const isUnknown = isMute || (isUnsupported(refusal) && !isContent && !/\bstrict\b/i.test(words));
  if (!isUnknown && strictnessOf(call, saidIn(call)) === true)
    return { about: 'schema', less: askingLoosely(call), ofSchema: 'loose' };
  const known = isContent ? { ofSchema: 'prompt' as const } : { learnt: { jsonSchema: false } };
  return { about: 'schema', less: schemaInPrompt(call), ...known };
}

const takesTextAlone = /must be ['"]?text['"]?(?!.*json)/i;

function formatStep(call: Call): StepDown {
  const learnt = { refuses: ['response_format'], ...(schemaOf(call) && { jsonSchema: false }) };
  return { about: 'schema', less: withoutFormat(call), learnt };
}

// A program may say so under any name that the client reads; the last one counts there.
function saidIn({ providerOptions }: Call): unknown {
  const said = Object.values(providerOptions ?? {}).map(each => each?.strictJsonSchema);
  return said.findLast(each => each !== undefined);
}

function fieldStep(call: Call, refusal: Refusal): StepDown | undefined {
  const field = fieldIn(refusal);
  if (field === undefined) return undefined;
  if (field === 'logprobs' || field === 'top_logprobs') {
    const step = logprobStep(call, refusal);
    if (step) return step;
  }
  const less = withoutField(call, field);
  return less === call ? undefined : { about: field, less, learnt: { refuses: [field] } };
}

function systemStep(call: Call, refusal: Refusal): StepDown | undefined {
  if (!namesSystem(refusal)) return undefined;
  const less = systemInUserTurn(call);
  return less === call ? undefined : { about: systemRole, less, learnt: { refuses: [systemRole] } };
}

// Servers refuse it in many words, and nothing is lost by asking without.
function logprobStep(call: Call, { status }: Refusal): StepDown | undefined {
  if (!wantsLogprobs(call) || status >= 500) return undefined;
  return { about: 'logprobs', less: askingNoLogprobs(call), learnt: { logprobs: false } };
}

// A server without a template for tools says so by its first refusal; whoever asked may then ask
// another.
function noteTools(model: LanguageModel, { tools }: Call, error: unknown): void {
  if (!tools?.length || failureOf(error) !== 'rejected') return;
  const { message = '', responseBody = '' } = error as { message?: string; responseBody?: string };
  const words = `${message} ${responseBody}`.slice(0, 20_000);
  if (/tool.{0,40}(not support|require|disabled)|not support.{0,20}tool/i.test(words)) {
    discover(model, { tools: false });
  }
}
