import {
  all,
  type Call,
  cascade,
  complete,
  confident,
  handScorer,
  type LanguageModel,
  model,
  notConfigured,
  router,
  userCall,
  wrap,
} from '../../../src/index.ts';
import { askItems, type Request } from './ask-items.ts';
import { editorRequests } from './editor-requests.ts';
import type { Scenario } from './section.ts';

/**
 * Content platform: a router over mixed requests. Simple ones are done on the device, hard ones
 * need the cloud.
 */
export const contentPlatform: Scenario = {
  pattern: 'router',
  scenario: 'content platform: a dozen mixed requests of editors',
  async play(stage) {
    const { roles } = stage.workspace;
    const local = roles.local ?? toy();
    const cloud = roles.cloud ?? notConfigured();
    const unsure = cascade({
      local,
      cloud,
      accept: all(complete(), confident({ quantile: 0, threshold: 0.8 })),
      offline: 'fail',
    });
    // The weights that come along know nothing of a toy; a real pair is routed by them.
    const desk = router({
      local,
      cloud,
      unsure,
      offline: 'fail',
      ...(roles.local ? {} : { scorer: handScorer() }),
    });
    const requests: Request[] = editorRequests.map(({ request, expected }) => ({
      shown: request,
      call: userCall(request),
      ...(expected !== undefined && { expected }),
    }));
    const { summaries, ...asked } = await askItems(desk, requests, stage);
    return {
      ...asked,
      answeredBy: local.modelId,
      reason: summaries[0]?.reason ?? 'nothing was answered here',
      standIns: [
        ...(roles.local
          ? ['the weights of the scorer were trained on public outcomes of another pair of models']
          : [
              'the scorer is hand-written and untrained: the weights that come along know ' +
                'nothing of a toy',
              `${local.modelId} is a toy of under 1 MB that knows a few fixed wordings; no local ` +
                'model is configured',
            ]),
      ],
    };
  },
};

// The toy was trained on wordings that end so.
function toy(): LanguageModel {
  return wrap(model('tiny:toy-tasks-late'), { call: withEnding });
}

function withEnding(call: Call): Call {
  const prompt = call.prompt.map(message =>
    message.role === 'user'
      ? { ...message, content: [...message.content, { type: 'text' as const, text: '=>' }] }
      : message,
  );
  return { ...call, prompt, maxOutputTokens: 40 };
}
