import {
  all,
  cascade,
  complete,
  defaultGate,
  documentCall,
  extractive,
  notConfigured,
  retrieval,
} from '../../../src/index.ts';
import { askItems, type Request } from './ask-items.ts';
import { customerQuestions, helpCentre } from './help-centre.ts';
import type { Scenario } from './section.ts';

/**
 * Customer service: a cascade over a help centre. What the help centre answers never leaves the
 * device.
 */
export const customerService: Scenario = {
  pattern: 'cascade',
  scenario: 'customer service: questions on a help centre',
  async play(stage) {
    const { local, cloud } = stage.workspace.roles;
    const model = cascade({
      local: local ?? extractive(),
      cloud: cloud ?? notConfigured(),
      accept: local ? defaultGate() : all(complete(), retrieval()),
      offline: 'fail',
    });
    const requests: Request[] = customerQuestions.map(({ question, expected }) => ({
      shown: question,
      call: documentCall(question, [{ title: 'help-centre.md', text: helpCentre }]),
      ...(expected !== undefined && { expected }),
    }));
    const { summaries, ...asked } = await askItems(model, requests, stage);
    return {
      ...asked,
      answeredBy: local?.modelId ?? 'extractive:reader',
      reason: summaries[0]?.reason ?? 'nothing was answered here',
      standIns: local
        ? []
        : [
            'extractive:reader answers in words of the help centre; it is a reader, not a ' +
              'language model',
          ],
    };
  },
};
