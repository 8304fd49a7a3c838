import type { Answer } from '../model/types.ts';

const bytesKey = '$bytes';

/** Writes an answer as JSON, without what belongs to the transport; bytes become base64. */
export function answerToJson(answer: Answer): string {
  const { request: _request, response, ...kept } = answer;
  const { id, modelId } = response ?? {};
  const origin = { ...(id !== undefined && { id }), ...(modelId !== undefined && { modelId }) };
  const written = response ? { ...kept, response: origin } : kept;
  // A replacer is asked about every value, which costs more than the rest; hardly any answer holds bytes.
  if (!answer.content.some(mayHoldBytes)) return JSON.stringify(written);
  return JSON.stringify(written, (_key, value: unknown) =>
    value instanceof Uint8Array ? { [bytesKey]: Buffer.from(value).toString('base64') } : value,
  );
}

function mayHoldBytes({ type }: Answer['content'][number]): boolean {
  return type !== 'text' && type !== 'reasoning' && type !== 'tool-call';
}

/** Reads an answer back. */
export function answerFromJson(json: string): Answer {
  // A reviver costs more than the rest; hardly any answer holds bytes.
  if (!json.includes(bytesKey)) return JSON.parse(json) as Answer;
  return JSON.parse(json, (_key, value: unknown) => {
    const bytes = (value as Record<string, unknown> | null)?.[bytesKey];
    return typeof bytes === 'string' ? new Uint8Array(Buffer.from(bytes, 'base64')) : value;
  }) as Answer;
}
