/** A finished response as the events that it would have been streamed in. */

interface Item {
  readonly id: string;
  readonly type: string;
  readonly [field: string]: unknown;
}

interface Finished {
  readonly status: string;
  readonly output: readonly Item[];
  readonly [field: string]: unknown;
}

type Facts = Readonly<Record<string, unknown>>;
type Event = readonly [type: string, facts: Facts];

/** Writes the events of a response, those behind a number. */
export async function* replayedEvents(response: object, after: number): AsyncGenerator<string> {
  let number = 0;
  for (const [type, facts] of eventsOf(response as Finished)) {
    const event = { type, sequence_number: number, ...facts };
    if (number++ > after) yield `event: ${type}\ndata: ${JSON.stringify(event)}\n\n`;
  }
}

function* eventsOf(response: Finished): Generator<Event> {
  const begun = { ...response, status: 'in_progress', completed_at: null, output: [], usage: null };
  yield ['response.created', { response: begun }];
  yield ['response.in_progress', { response: begun }];
  for (const [index, item] of response.output.entries()) yield* itemEvents(item, index);
  if (response.status !== 'in_progress') yield [`response.${response.status}`, { response }];
}

function* itemEvents(item: Item, index: number): Generator<Event> {
  const { content } = item;
  const parts = Array.isArray(content) ? (content as Facts[]) : [];
  const [begun, input] = begunItem(item);
  yield ['response.output_item.added', { output_index: index, item: begun }];
  const at = { item_id: item.id, output_index: index };
  if (input) {
    yield [`response.${input.name}.delta`, { ...at, delta: item[input.field] }];
    yield [`response.${input.name}.done`, { ...at, [input.field]: item[input.field] }];
  }
  for (const [place, part] of parts.entries())
    yield* partEvents(part, { ...at, content_index: place });
  yield ['response.output_item.done', { output_index: index, item }];
}

interface Input {
  readonly name: string;
  readonly field: string;
}

function begunItem(item: Item): [begun: object, input?: Input] {
  const status = item.status === undefined ? {} : { status: 'in_progress' };
  if (item.type === 'function_call')
    return [
      { ...item, ...status, arguments: '' },
      { name: 'function_call_arguments', field: 'arguments' },
    ];
  if (item.type === 'custom_tool_call')
    return [
      { ...item, ...status, input: '' },
      { name: 'custom_tool_call_input', field: 'input' },
    ];
  return [{ ...item, ...status, ...(item.content !== undefined && { content: [] }) }];
}

function* partEvents(part: Facts, at: Facts): Generator<Event> {
  const field = part.type === 'refusal' ? 'refusal' : 'text';
  const logprobs = part.type === 'output_text' ? { logprobs: part.logprobs } : {};
  yield ['response.content_part.added', { ...at, part: { ...part, [field]: '' } }];
  yield [`response.${part.type}.delta`, { ...at, delta: part[field], ...logprobs }];
  yield [`response.${part.type}.done`, { ...at, [field]: part[field], ...logprobs }];
  yield ['response.content_part.done', { ...at, part }];
}
