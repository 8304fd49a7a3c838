import { jsonOrNothing } from '../../algorithms/text/written/bounded-json.ts';
import { fitted } from '../../algorithms/text/written/fits.ts';
import { userCall } from '../answer.ts';
import { TandemError } from '../errors.ts';
import { isComposite, placeOf } from '../leaf/model/place.ts';
import { isFaultyCall } from '../leaf/reading/reading.ts';
import type { Show } from '../leaf/shown-parts.ts';
import type { Question } from '../leaf/step.ts';
import type { Scope } from '../run/scope.ts';
import type { Answer, Call, StreamPart, ToolCall } from '../types.ts';
import { askModel } from './ask.ts';

/**
 * Asks a model that may call tools, and holds its calls against them before anyone sees them. What
 * does not fit is asked for once more, with what is wrong with it; then it is an error, for another
 * model to take over. Of a cloud model that alone is held back which it wrote as text: its own
 * calls are shown as they come, and belong to whoever offers the tools.
 * @throws TandemError `bad_answer` where no call fits
 */
export async function askForCalls(
  scope: Scope,
  question: AskedForCalls,
  show?: Show,
): Promise<Answer> {
  const { model, call } = question;
  if (isComposite(model)) return askModel(scope, question, show);
  const isOnDevice = placeOf(model) === 'device' && !question.handsOnCalls;
  const first = heldCalls(show, isOnDevice);
  const answer = await askModel(scope, question, first.show);
  const fault = callFault(answer, call, isOnDevice);
  if (fault === undefined) return shownWith(answer, first);
  const second = heldCalls(show, isOnDevice);
  const again = { model, call: repairCall(call, answer, fault), as: { name: 'repair' } };
  const repaired = await askModel(scope, again, second.show);
  const left = callFault(repaired, call, isOnDevice);
  if (left === undefined) return shownWith(repaired, second);
  const message = `"${model.modelId}" was asked twice, and still ${left}. Ask another model.`;
  throw new TandemError('bad_answer', message, { data: { modelId: model.modelId } });
}

interface AskedForCalls extends Question {
  /** Whether the model's own calls are shown as they come, as those of a cloud are. */
  readonly handsOnCalls: boolean;
}

interface HeldCalls {
  readonly show: Show | undefined;
  /** Shows what was held back. */
  release(): Promise<void>;
}

// What comes before all content waits too: with it the model has begun to speak.
function heldCalls(show: Show | undefined, isOnDevice: boolean): HeldCalls {
  if (!show) return { show, release: async () => {} };
  const held: StreamPart[] = [];
  const release = async () => {
    for (const part of held.splice(0)) await show(part);
  };
  let hasBegun = false;
  return {
    release,
    async show(part) {
      const isLate = isOfCall(part) ? isOnDevice || isFaultyCall(part) : !hasBegun && !speaks(part);
      if (isLate) return void held.push(part);
      if (!hasBegun) await release();
      hasBegun = true;
      return show(part);
    },
  };
}

const silent = new Set<StreamPart['type']>(['stream-start', 'response-metadata', 'raw', 'finish']);

function speaks({ type }: StreamPart): boolean {
  return !silent.has(type);
}

type CallPart = Extract<StreamPart, { type: `tool-input-${string}` | 'tool-call' }>;

function isOfCall(part: StreamPart): part is CallPart {
  return part.type === 'tool-call' || part.type.startsWith('tool-input-');
}

async function shownWith(answer: Answer, { release }: HeldCalls): Promise<Answer> {
  await release();
  return answer;
}

// What is wrong with the calls of an answer, in a few words; nothing where each of them fits.
function callFault(answer: Answer, call: Call, isOnDevice: boolean): string | undefined {
  for (const part of answer.content) {
    if (part.type !== 'tool-call' || part.providerExecuted) continue;
    const isOwn = isOnDevice || isFaultyCall(part);
    const fault = isOwn ? faultOf(part, call) : undefined;
    if (fault !== undefined) return `its call of "${part.toolName}" is not valid: ${fault}`;
  }
  return undefined;
}

function faultOf({ toolName, input }: ToolCall, { tools = [] }: Call): string | undefined {
  const tool = tools.find(({ name }) => name === toolName);
  if (!tool) return 'there is no such tool';
  const value = jsonOrNothing(input);
  if (typeof value !== 'object' || value === null) return 'its input is not a JSON object';
  const fits = tool.type !== 'function' || fitted(tool.inputSchema, value) !== undefined;
  return fits ? undefined : 'its input does not fit the schema of the tool';
}

/**
 * Asks for the same answer again, with what was wrong with the first. What the model wrote goes
 * along as data.
 */
export function repairCall(call: Call, answer: Answer, fault: string): Call {
  const written = answer.content.flatMap(part => {
    if (part.type === 'text') return [part.text];
    return part.type === 'tool-call' ? [`${part.toolName}(${part.input})`] : [];
  });
  const [request] = userCall(
    `Your last reply cannot be used: ${fault}.\n<reply>\n${written.join('\n')}\n</reply>\nReply ` +
      'again, so that it can.',
  ).prompt;
  return { ...call, prompt: [...call.prompt, request!] };
}
