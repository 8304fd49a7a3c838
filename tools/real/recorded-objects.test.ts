import { generateText, jsonSchema, Output } from 'ai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cascade, inCloud, model, summaryOf } from '../../src/index.ts';
import { type Replay, readRecordings, startReplay } from './recordings.ts';

let replay: Replay;
beforeAll(async () => {
  replay = await startReplay(readRecordings(new URL('recorded/objects.json', import.meta.url)));
});
afterAll(() => replay.close());

const at = () => ({ endpoint: replay.url });
async function calledClouds(prompt: string, keys: readonly string[]): Promise<number> {
  const local = model('llama-server:qwen2.5-coder-0.5b', at());
  const cloud = inCloud(model('llama-server:qwen2.5-coder-1.5b', at()));
  const properties = Object.fromEntries(keys.map(key => [key, {}]));
  const schema = jsonSchema({ type: 'object', properties, required: [...keys] });
  const { providerMetadata } = await generateText({
    model: cascade({ local, cloud }),
    prompt,
    maxRetries: 0,
    temperature: 0,
    output: Output.object({ schema }),
  });
  return summaryOf({ providerMetadata })!.calls.cloud;
}

describe('objects that a real model got right', () => {
  it.each([
    ['Extract the person: "Ann Berg, 34, lives in Oslo."', ['name', 'age', 'city']],
    [
      'Extract the order: "Order 812 of Tom Lind, 3 lamps, to be sent to Graz."',
      ['order', 'customer', 'item'],
    ],
    ['Give the amount of "The invoice is for 250 euros." as a number.', ['amount']],
  ])('stay on the device: %s', async (prompt, keys) => {
    expect(await calledClouds(prompt, keys)).toBe(0);
  });
});
