import { chain, documentCall, extractive } from '../../../src/index.ts';
import { askItems } from './ask-items.ts';
import { caseLog, caseQuestion, rootCause } from './case-log.ts';
import { releasedTo } from './released.ts';
import type { Scenario } from './section.ts';

/**
 * A case file: Chain of Agents over a log, the cause in its first entry, a false lead in its last.
 */
export const caseFile: Scenario = {
  pattern: 'chain',
  scenario: 'case file: a log of 426 entries, read part by part',
  async play(stage) {
    const { local, cloud } = stage.workspace.roles;
    const model = chain({
      worker: local ?? extractive(),
      manager: cloud ?? extractive({ sentences: 3 }),
      windowTokens: 2048,
      unitTokens: 400,
    });
    const request = {
      shown: caseQuestion,
      call: documentCall(caseQuestion, [{ title: 'incident.log', text: caseLog }]),
      expected: rootCause.slice(rootCause.indexOf('change')),
    };
    const { result, released } = await releasedTo('manager', () =>
      askItems(model, [request], stage),
    );
    const { summaries, items, ...asked } = result;
    const isTrapped = items.some(({ answer }) => answer?.includes('coffee machine'));
    return {
      ...asked,
      items,
      ok: asked.ok && !isTrapped,
      ...(!cloud && { wouldGo: released }),
      answeredBy: summaries[0]?.answeredBy ?? model.modelId,
      reason: summaries[0]?.reason ?? 'nothing was answered',
      standIns: [
        ...(local
          ? []
          : ['extractive:reader relays the facts; it is a reader, not a language model']),
        ...(cloud ? [] : ['extractive:reader is the manager too, since no cloud is configured']),
      ],
    };
  },
};
