import { Problem } from '../wire/problem.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Writes what a server of embeddings answered as OpenAI does, its vectors as they were asked for:
 * official clients ask for base64, which many servers do not give. @throws Problem for what is none
 */
export function embeddingList(
  answered: unknown,
  { encoding_format: format }: Fields,
  model: string,
): object {
  const { data, embeddings, embedding, ...rest } = (
    Array.isArray(answered) ? { data: answered } : (answered ?? {})
  ) as Fields;
  const given = data ?? embeddings ?? (embedding === undefined ? undefined : [embedding]);
  const vectors = Array.isArray(given) ? given.map(vectorIn) : [undefined];
  if (vectors.some(vector => vector === undefined)) {
    const message = `"${model}" answers with something that is no list of vectors: ${JSON.stringify(
      rest,
    ).slice(0, 200)}. Check its server.`;
    throw new Problem({ status: 502, type: 'upstream_error', code: 'model_failed' }, message);
  }
  return {
    object: 'list',
    ...rest,
    data: vectors.map((vector, at) => {
      const { index = at } = (given as { readonly index?: number }[])[at]!;
      return { object: 'embedding', index, embedding: asWanted(vector!, format) };
    }),
  };
}

type Vector = string | readonly number[];

// Some servers put it into a list of its own, as others do one for every token.
function vectorIn(given: unknown): Vector | undefined {
  if (typeof given === 'string') return given;
  if (Array.isArray(given) && Array.isArray(given[0]))
    return given.length === 1 ? vectorIn(given[0]) : undefined;
  if (Array.isArray(given)) return given;
  const { embedding, values = embedding } = (given ?? {}) as Fields;
  return values === undefined ? undefined : vectorIn(values);
}

function asWanted(vector: Vector, format: unknown): Vector {
  if (typeof vector === 'string' && format !== 'base64') {
    const { buffer, byteOffset, length } = Buffer.from(vector, 'base64');
    return [...new Float32Array(buffer.slice(byteOffset, byteOffset + length))];
  }
  return typeof vector !== 'string' && format === 'base64'
    ? Buffer.from(new Float32Array(vector).buffer).toString('base64')
    : vector;
}
