import { appendFileSync } from 'node:fs';
import { type Call, type LanguageModel, type onDevice, textAnswer } from '../../src/index.ts';

/**
 * Makes a leaf that notes each call in a file, for a parent to compare with what was recorded, and
 * takes a moment.
 */
export function loggedLeaf(
  modelId: string,
  settings: {
    readonly log: string;
    readonly place: typeof onDevice;
    readonly answer: (prompt: string) => [string, string];
  },
): LanguageModel {
  const { log, place, answer } = settings;
  return place<LanguageModel>({
    specificationVersion: 'v4',
    provider: 'prove',
    modelId,
    supportedUrls: {},
    async doGenerate(call: Call) {
      const [name, said] = answer(
        call.prompt.map(({ content }) => JSON.stringify(content)).join('\n'),
      );
      appendFileSync(log, `${name}\n`);
      await new Promise(resolve => setTimeout(resolve, 1 + (said.length % 3)));
      return textAnswer(said);
    },
    doStream: async () => ({ stream: new ReadableStream() }),
  });
}
