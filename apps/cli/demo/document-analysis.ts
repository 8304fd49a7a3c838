import { documentCall, extractive, minions, plainPlan } from '../../../src/index.ts';
import { askItems, type Request } from './ask-items.ts';
import { releasedTo } from './released.ts';
import { report, reportQuestions } from './report.ts';
import type { Scenario } from './section.ts';

// How an answer says that there is none, whoever has read the document.
const nothing = 'answers this question.';

/** Document analysis: MINIONS over a report of 32 pages, which stays on the device. */
export const documentAnalysis: Scenario = {
  pattern: 'minions',
  scenario: 'document analysis: a yearly report of 32 pages',
  async play(stage) {
    const { local, cloud } = stage.workspace.roles;
    const model = minions({
      local: local ?? extractive(),
      cloud: cloud ?? extractive({ sentences: 1 }),
      ...(!cloud && {
        plan: question => ({
          ...plainPlan(question),
          chunking: { by: 'page' as const, characters: 3000 },
        }),
      }),
    });
    const requests: Request[] = reportQuestions.map(({ question, expected = nothing }) => ({
      shown: question,
      call: documentCall(question, [{ title: 'report.txt', text: report }]),
      expected,
    }));
    const { result, released } = await releasedTo('reduce', () => askItems(model, requests, stage));
    const { summaries, ...asked } = result;
    return {
      ...asked,
      ...(!cloud && { wouldGo: released }),
      answeredBy: summaries[0]?.answeredBy ?? model.modelId,
      reason: summaries[0]?.reason ?? 'nothing was answered',
      standIns: [
        ...(local
          ? []
          : ['extractive:reader reads the chunks; it is a reader, not a language model']),
        ...(cloud
          ? []
          : [
              'the jobs are a declared plan, and extractive:reader reduces, since no cloud is ' +
                'configured',
            ]),
      ],
    };
  },
};
