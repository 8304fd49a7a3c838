import { readFileSync } from 'node:fs';
import { generateText, streamText } from 'ai';
import { describe, expect, it } from 'vitest';
import { cascade, router } from '../../src/index.ts';
import { scriptedModel } from '../../src/testing/scripted-model.ts';
import { holdsCall, toolRequests, weatherAndSums as tools } from './asked-tools.ts';

interface RecordedText {
  readonly model: string;
  readonly prompt: string;
  /** Whether it was written after a tool had been called. */
  readonly isLater: boolean;
  readonly isDemanded?: boolean;
  /** Whether its input is not what the tool takes. */
  readonly isFaulty?: boolean;
  readonly text: string;
  readonly finish: 'stop' | 'length';
}

// Each text that three real models wrote where tools were offered, by llama-server and by Ollama:
// none of them is a native call.
const recorded = JSON.parse(
  readFileSync(new URL('recorded/tools.json', import.meta.url), 'utf8'),
) as RecordedText[];
const needsCall = (prompt: string) =>
  toolRequests.some(request => request.prompt === prompt && request.calls > 0);

async function answered({ text, finish, prompt }: RecordedText, isStreamed: boolean) {
  const draft = { text, finishReason: finish };
  const pair = {
    local: scriptedModel([draft, draft], { modelId: 'small' }),
    cloud: scriptedModel(['from the cloud'], { modelId: 'large', place: 'cloud' }),
  };
  const answers = [];
  for (const model of [
    router({ ...pair, scorer: async () => 1 }),
    cascade({ ...pair, local: scriptedModel([draft, draft], { modelId: 'small' }) }),
  ]) {
    const asked = { model, prompt, tools, maxRetries: 0 };
    const { text: shown, toolCalls } = isStreamed
      ? await streamed(asked)
      : await generateText(asked);
    answers.push({ shown, calls: toolCalls, isByCloud: shown === 'from the cloud' });
    if (answers.at(-1)?.isByCloud) break;
  }
  return answers;
}

async function streamed(asked: Parameters<typeof streamText<typeof tools>>[0]) {
  const result = streamText({ ...asked, onError: () => {} });
  return { text: await result.text, toolCalls: await result.toolCalls };
}

describe.each([false, true])('what real models wrote beside tools (streamed: %s)', isStreamed => {
  it.each(recorded)('is no call that is shown: $text ($model)', async given => {
    for (const { shown, calls } of await answered(given, isStreamed)) {
      expect(holdsCall(shown)).toBe(false);
      expect(calls.filter(call => call.invalid === true)).toEqual([]);
    }
  });

  const fit = recorded.filter(each => !each.isLater && !each.isDemanded && !each.isFaulty);
  it.each(fit.filter(each => needsCall(each.prompt)))(
    'is a call where one is needed: $prompt ($model)',
    async given => {
      const [first] = await answered(given, isStreamed);
      expect(first!.isByCloud).toBe(false);
      expect(first!.calls.length).toBeGreaterThan(0);
    },
  );
});
