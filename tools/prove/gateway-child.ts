import { startServer } from '../../apps/gateway/server.ts';
import { workspaceOf } from '../../apps/gateway/start-gateway.ts';
import { type Call, type LanguageModel, onDevice, textAnswer } from '../../src/index.ts';
import { doubleOf, lastUserText } from '../../src/testing/index.ts';

/**
 * A gateway over doubles, for the proofs: it tells its address, and at every message how it stands.
 */
const seen = { begun: 0, ended: 0 };
const warnings: string[] = [];
process.on('warning', warning => warnings.push(warning.name));

const counted = (model: LanguageModel): LanguageModel => {
  const enter = async <T>(work: () => PromiseLike<T>): Promise<T> => {
    seen.begun++;
    try {
      return await work();
    } catch (error) {
      seen.ended++;
      throw error;
    }
  };
  return onDevice({
    ...model,
    doGenerate: call =>
      enter(async () => {
        const answer = await model.doGenerate(call);
        seen.ended++;
        return answer;
      }),
    doStream: call =>
      enter(async () => {
        const { stream } = await model.doStream(call);
        const reader = stream.getReader();
        let isOpen = true;
        const end = () => {
          if (isOpen) seen.ended++;
          isOpen = false;
        };
        return {
          stream: new ReadableStream({
            async pull(controller) {
              try {
                const { done, value } = await reader.read();
                if (!done) return controller.enqueue(value);
                end();
                controller.close();
              } catch (error) {
                end();
                controller.error(error);
              }
            },
            async cancel(reason) {
              end();
              await reader.cancel(reason);
            },
          }),
        };
      }),
  });
};

const reply = (modelId: string) => (call: Call) => {
  if (lastUserText(call).includes('FAIL')) throw new TypeError('terminated');
  if (
    call.tools &&
    call.toolChoice?.type !== 'none' &&
    call.prompt.at(-1)?.role === 'user' &&
    Math.random() < 0.3
  ) {
    const [tool] = call.tools;
    return {
      content: [
        { type: 'tool-call' as const, toolCallId: 'call_1', toolName: tool!.name, input: '{}' },
      ],
    };
  }
  const { text } = textAnswer(`${modelId} says that it is a fine day, and more of the kind.`)
    .content[0] as {
    text: string;
  };
  const delayMs = Math.random() * 4;
  return { text, delayMs };
};

const local = counted(doubleOf({ modelId: 'local' }, reply('local')));
const cloud = counted(doubleOf({ modelId: 'cloud' }, reply('cloud')));
const limits = {
  bodyBytes: 1_000_000,
  fileBytes: 200_000,
  requestMs: 3000,
  headersMs: 2000,
  deadlineMs: 20_000,
  runs: 64,
};
const server = await startServer({
  load: async () =>
    workspaceOf(
      { local, cloud },
      { gateway: { limits: { ...limits, concurrency: 128, waiting: 512, waitMs: 20_000 } } },
    ),
  port: 0,
});
process.send?.({ url: server.url });
process.on('message', message => {
  if (message === 'end') void server.close(2000).then(() => process.exit(0));
  if (message === 'report') process.send?.({ ...seen, warnings });
});
