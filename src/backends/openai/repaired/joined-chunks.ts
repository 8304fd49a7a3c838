import { jsonOrNothing } from '../../../algorithms/text/written/bounded-json.ts';
import { eventSource } from '../event-source.ts';

type JsonRecord = Record<string, unknown>;

/**
 * Joins the events of a server that streams where a whole answer was asked for into that answer;
 * `undefined` for a text that is no stream of chunks.
 */
export function joinedChunks(text: string): unknown {
  if (!/^\s*(data|event|id|retry)?:/.test(text)) return undefined;
  const chunks = eventSource()
    .read(new TextEncoder().encode(`${text}\n\n`))
    .filter(data => data.trim() !== '[DONE]')
    .map(jsonOrNothing)
    .filter(isRecord);
  const failed = chunks.find(({ error }) => isRecord(error));
  if (failed) return failed;
  const pieces = chunks.map(({ choices }) => (Array.isArray(choices) ? choices[0] : undefined));
  const said = pieces.filter(isRecord);
  if (said.length === 0) return undefined;
  const message: JsonRecord = { role: 'assistant' };
  for (const { delta, message: whole } of said) addTo(message, isRecord(delta) ? delta : whole);
  const logprobs = said.flatMap(({ logprobs: own }) =>
    isRecord(own) && Array.isArray(own.content) ? own.content : [],
  );
  const reason = said.map(each => each.finish_reason).findLast(each => typeof each === 'string');
  const usage = chunks.map(each => each.usage).findLast(isRecord);
  const choice = {
    message,
    finish_reason: reason ?? null,
    ...(logprobs.length > 0 && { logprobs: { content: logprobs } }),
  };
  return { ...chunks[0], choices: [choice], ...(usage && { usage }) };
}

function addTo(message: JsonRecord, delta: unknown): void {
  if (!isRecord(delta)) return;
  for (const key of ['content', 'reasoning_content', 'reasoning', 'refusal']) {
    const more = delta[key];
    if (typeof more === 'string' && more !== '') message[key] = `${message[key] ?? ''}${more}`;
  }
  if (Array.isArray(delta.tool_calls)) for (const call of delta.tool_calls) addCall(message, call);
}

function addCall(message: JsonRecord, piece: unknown): void {
  if (!isRecord(piece)) return;
  message.tool_calls ??= [];
  const calls = message.tool_calls as JsonRecord[];
  const { index, id } = piece;
  const isNew = typeof id === 'string' && id !== '' && !calls.some(each => each.id === id);
  const known = isNew ? undefined : (calls.find(each => each.index === index) ?? calls.at(-1));
  const said = isRecord(piece.function) ? piece.function : {};
  if (!known) {
    calls.push({ ...piece, function: { arguments: '', ...said } });
    return;
  }
  const called = known.function as JsonRecord;
  if (typeof said.arguments === 'string') called.arguments = `${called.arguments}${said.arguments}`;
  if (typeof said.name === 'string' && said.name !== '') called.name = said.name;
}

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
