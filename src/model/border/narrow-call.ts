import { TandemError } from '../errors.ts';
import type { Call, Message } from '../types.ts';
import type { Breach, Judge } from './border.ts';
import { type SaidText, saidIn } from './said.ts';

/** A call as it may leave, and the places of what was left out of it. */
export interface NarrowedCall {
  readonly call: Call;
  readonly leftOut: readonly string[];
}

/** What stands where a part was left out. */
const leftOutText = '(left out: it holds text that stays on this device)';

/**
 * Leaves out of the history of a call what may not leave, and requires that the rest holds nothing
 * of it. @throws TandemError `egress_denied`, which says what and where, and no content
 */
export async function narrowCall(call: Call, judge: Judge, modelId: string): Promise<NarrowedCall> {
  const breaches = await judge(saidIn(call));
  if (breaches.length === 0) return { call, leftOut: [] };
  const parts = breaches.flatMap(({ said }) => (said.part ? [said.part] : []));
  const prompt = call.prompt.map((message, index) => {
    const numbers = parts.filter(part => part.message === index).map(({ part }) => part);
    return numbers.length > 0 ? without(message, numbers) : message;
  });
  const narrowed = { ...call, prompt };
  const left = parts.length > 0 ? await judge(saidIn(narrowed)) : breaches;
  if (left.length > 0) throw mayNotLeave(left, modelId);
  return { call: narrowed, leftOut: breaches.map(({ said }) => said.at) };
}

/** The error of content that may not leave. */
export function mayNotLeave(breaches: readonly Breach[], modelId: string): TandemError {
  const [{ label }] = breaches as [Breach];
  const places = [...new Set(breaches.map(({ said }) => said.at))];
  const shown = placesText(places);
  const data = { modelId, label, places: places.slice(0, 20) };
  if (label === 'masked') {
    const message =
      `The call to "${modelId}" holds a value that is masked elsewhere, in ${shown}. ` +
      'Leave it out there, or use a model on this device.';
    return new TandemError('egress_denied', message, { data });
  }
  const advice =
    label === 'extracts'
      ? 'Quote at most 60 words of it in the question, or label it "cloud-allowed".'
      : 'Use a model on this device, or label it otherwise.';
  const message =
    `The call to "${modelId}" holds text of a document labelled "${label}" in ${shown}, ` +
    `which was not released as an extract. ${advice}`;
  return new TandemError('egress_denied', message, { data });
}

function without(message: Message, numbers: readonly number[]): Message {
  if (typeof message.content === 'string') return message;
  const content = message.content.map((part, number) =>
    numbers.includes(number) ? replaced(part) : part,
  );
  return { ...message, content } as Message;
}

// What a server expects in a place stays in it: a call of a tool has its result.
function replaced(part: Exclude<Message['content'], string>[number]): object {
  if (part.type === 'tool-call') {
    const { toolCallId, toolName } = part;
    return { type: 'tool-call', toolCallId, toolName, input: {} };
  }
  if (part.type === 'tool-result') {
    const { toolCallId, toolName } = part;
    const output = { type: 'text', value: leftOutText };
    return { type: 'tool-result', toolCallId, toolName, output };
  }
  return { type: part.type === 'reasoning' ? 'reasoning' : 'text', text: leftOutText };
}

/** Names places in a sentence. */
export function placesText(places: readonly SaidText['at'][]): string {
  const shown = places.slice(0, 5).join(', ');
  return places.length > 5 ? `${shown} and ${places.length - 5} more` : shown;
}
