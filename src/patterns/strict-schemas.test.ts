import { expect, it } from 'vitest';
import { strictFault } from '../algorithms/strict-schema.ts';
import { documentCall } from '../documents/document-call.ts';
import { userCall } from '../model/answer.ts';
import type { LanguageModel } from '../model/types.ts';
import { doubleOf } from '../testing/double.ts';
import { cascade } from './cascade/cascade.ts';
import { selfReport } from './cascade/gates/self-report.ts';
import { chain } from './chain/chain.ts';
import { maker } from './maker/maker.ts';
import { listEditTask } from './maker/tasks/list-edits.ts';
import { minions } from './minions/minions.ts';
import { llmScorer } from './router/llm-scorer.ts';
import { router } from './router/router.ts';

const cite = 'The bridge was opened in 1931.';
const document = { title: 'a', text: `${cite}\n\n${'The board met again. '.repeat(300)}` };
const steps = ['text', 'number', 'boolean', 'date', 'list', 'object'].map((type, n) => ({
  id: `s${n}`,
  instruction: `Do ${n}.`,
  type,
}));

// Answers whatever a pattern asks for, in the form that it asks for.
function answerTo(prompt: string, round: { n: number }): unknown {
  if (/break a request/.test(prompt)) return { steps: steps.slice(0, 1 + (round.n++ % 6)) };
  if (/several plans/.test(prompt)) return { choice: 1 };
  if (/they have brought extracts/.test(prompt)) return { decision: 'answer' };
  if (/You direct small/.test(prompt))
    return {
      tasks: [{ id: 'a', question: 'When?' }],
      chunking: { by: 'paragraph' },
      followUp: true,
    };
  if (/You talk with/.test(prompt)) return { message: round.n++ < 2 ? 'When?' : null };
  if (/You grade/.test(prompt)) return { score: 5, reason: 'r' };
  return { result: 'x', explanation: 'e', citation: cite, answer: '1931', facts: [], list: [] };
}

it('every schema that a pattern sends keeps the rules of strict clouds', async () => {
  const sent = new Map<string, unknown>();
  const names = new Set<string>();
  const round = { n: 0 };
  const model = (modelId: string, place: 'device' | 'cloud'): LanguageModel =>
    doubleOf({ modelId, place }, call => {
      const format = call.responseFormat;
      if (format?.type === 'json' && format.schema) {
        sent.set(JSON.stringify(format.schema), format.schema);
        names.add(format.name ?? 'response');
      }
      return { text: JSON.stringify(answerTo(JSON.stringify(call.prompt), round)) };
    });
  const [local, cloud] = [model('local', 'device'), model('cloud', 'cloud')];
  const asked = documentCall('When was the bridge opened?', [document]);
  const task = listEditTask(['a', 'b'], [{ edit: 'remove', at: 1 }]);
  const question = userCall('How many?');
  await Promise.allSettled([
    minions({ local, cloud, judge: cloud, maxRounds: 2 }).doGenerate(asked),
    minions({ local, cloud, protocol: 'chat' }).doGenerate(asked),
    chain({ worker: local, manager: cloud }).doGenerate(asked),
    cascade({ local, cloud, accept: selfReport() }).doGenerate(question),
    router({ local, cloud, scorer: llmScorer(local) }).doGenerate(question),
    ...Array.from({ length: 6 }, () =>
      maker({ planner: cloud, solver: local, planK: 1 }).doGenerate(question),
    ),
    maker({ planner: cloud, solver: local }).doGenerate(question),
  ]);
  sent.set('list', task.prompt(task.initial, 0).schema);
  const faults = [...sent.values()].map(schema => strictFault(schema, { isPortable: true }));
  expect(faults.filter(fault => fault !== undefined)).toEqual([]);
  expect([...names].filter(name => !/^[\w-]{1,64}$/.test(name))).toEqual([]);
  // Plans, decisions, scores, messages, findings, reports, choices, results of steps, lists, and
  // the letters of a classifier.
  expect(sent.size).toBeGreaterThanOrEqual(14);
});
