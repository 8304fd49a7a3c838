import { isDeepStrictEqual } from 'node:util';
import { readResponse } from './as-response.ts';
import type { startQuirkServer } from './quirk-server.ts';
import type { Quirk } from './quirks.ts';
import { readSaid, type Said } from './said.ts';

const tools = [
  ['get_weather', { city: { type: 'string' } }, ['city']] as const,
  ['now', {}, []] as const,
].map(([name, properties, required]) => ({
  type: 'function',
  function: { name, parameters: { type: 'object', properties, required } },
}));

// Counts are what the other tests look at; a stream tells of its failure behind a good status.
function comparable(got: Said, { error }: Said): object {
  const { usage: _usage, ...rest } = got;
  const isSame = error && got.error?.words.includes(error.words);
  return {
    ...rest,
    finish: error ? null : rest.finish,
    error: isSame ? 'said' : (got.error ?? null),
  };
}

type Server = Awaited<ReturnType<typeof startQuirkServer>>;

/** What is said over both interfaces, whole and streamed. */
async function everySaid({ gateway }: Server, model: string, says: Said) {
  const offer = (made: object[]) => says.calls.length > 0 && { tools: made };
  const flat = tools.map(each => ({ type: 'function', ...each.function }));
  const messages = [{ role: 'user', content: 'hi' }];
  const ways = [false, true].map(async stream => {
    const chat = { model, stream, messages, ...offer(tools) };
    const response = { model, stream, input: 'hi', ...offer(flat) };
    return [
      await readSaid(await gateway.send('/v1/chat/completions', chat)),
      await readResponse(await gateway.send('/v1/responses', response)),
    ].map((got, at) => ({ way: `${at ? 'responses' : 'chat'} ${stream}`, got }));
  });
  return (await Promise.all(ways)).flat();
}

/**
 * Asks the model that gives each answer, and the patterns over it, on both interfaces, whole and
 * streamed; returns what is not as it should be.
 */
export async function wrongReadings(
  it: Server,
  quirks: Readonly<Record<string, Quirk>>,
): Promise<object[]> {
  const wrong: object[] = [];
  for (const [name, { says }] of Object.entries(quirks))
    for (const model of it.modelsOver(name))
      for (const { way, got } of await everySaid(it, model, says)) {
        const pair = [comparable(got, says), comparable(says, says)];
        if (!isDeepStrictEqual(pair[0], pair[1])) wrong.push({ model, way, pair });
      }
  return wrong;
}
