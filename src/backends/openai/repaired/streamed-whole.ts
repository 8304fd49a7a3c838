import { answerCollector } from '../../../model/answer.ts';
import type { Answer, StreamPart } from '../../../model/types.ts';
import { chatParts, type PartFacts } from '../chat-parts.ts';
import { eventSource } from '../event-source.ts';

type Failed = Extract<StreamPart, { type: 'error' }>;

/**
 * Reads the answer of a server that sends a stream, or something like one, where a whole answer was
 * asked for; `undefined` for a text that is none. @throws ApiCallError that the stream tells of
 */
export function streamedWhole(
  text: string,
  facts: Omit<PartFacts, 'showsChunks'>,
): Answer | undefined {
  const collector = answerCollector();
  const failures: Failed[] = [];
  let response: Answer['response'];
  let hasRead = false;
  const parts = chatParts({ ...facts, showsChunks: false }, part => {
    if (part.type === 'error') failures.push(part);
    else if (part.type === 'response-metadata') {
      const { type: _type, ...told } = part;
      response = told;
    } else collector.add(part);
    hasRead ||= !['stream-start', 'finish', 'error'].includes(part.type);
  });
  const events = eventSource();
  let isDone = false;
  for (const data of [...events.read(new TextEncoder().encode(text)), ...events.rest()]) {
    if (data === '[DONE]') isDone = true;
    else parts.read(data);
  }
  parts.end(isDone, events.words());
  const [failure] = failures;
  if (!failure) return { ...collector.answer(), ...(response && { response }) };
  if (hasRead) throw failure.error;
  return undefined;
}
