import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../algorithms/seeded-random.ts';
import { textOf, userCall } from '../../../model/answer.ts';
import { summaryOf } from '../../../model/run/summary.ts';
import type { Call } from '../../../model/types.ts';
import { lastUserText } from '../../../testing/double.ts';
import { scriptedModel } from '../../../testing/scripted-model.ts';
import { cascade } from '../cascade.ts';
import type { Gate } from '../gate.ts';
import type { VerifierOptions } from '../gate-options.ts';
import { canCheck, knownDrafts, probeOnce } from './self-check-probe.ts';
import { verifier } from './verifier.ts';

const right = new Map([
  ...knownDrafts.map(([question, answer, isRight]) => [`${question}|${answer}`, isRight] as const),
  ['What is the capital of Peru?|Lima', true] as const,
  ['What is the capital of Peru?|Cusco', false] as const,
]);

type Check = (asked: { isRight: boolean; call: Call }) => string;

/** Drafts `draft`, and answers each check as `check` says of it. */
function modelOf(draft: string, check: Check) {
  const step = (call: Call) => {
    const [, question, answer] =
      /<question>\n([\s\S]*?)\n<\/question>\n<answer>\n([\s\S]*?)\n<\/answer>/.exec(
        lastUserText(call),
      ) ?? [];
    if (question === undefined) return draft;
    return check({ isRight: right.get(`${question}|${answer}`)!, call });
  };
  return scriptedModel(
    Array.from({ length: 60 }, () => step),
    { modelId: 'small' },
  );
}

const firstKnownSelfCheck = (): Gate => async draft => ({
  score: (await canCheck(draft)) ? 1 : 0,
  accepts: true,
  reason: 'probed',
});

async function judged(draft: string, check: Check, options: VerifierOptions = {}) {
  const local = modelOf(draft, check);
  const cloud = scriptedModel(['Lima, says the cloud'], { modelId: 'large', place: 'cloud' });
  const model = cascade({ local, cloud, accept: verifier(options) });
  const call = userCall('What is the capital of Peru?', { system: 'Answer in one word.' });
  const answer = await model.doGenerate(call);
  return { text: textOf(answer), reason: summaryOf(answer)!.reason, local };
}

const knows: Check = ({ isRight }) =>
  `One would say so, or not.\nDecision: ${isRight ? 'Correct' : 'Incorrect'}`;

describe('the verifier', () => {
  it('keeps what the model verifies and hands on what it finds wrong', async () => {
    expect(await judged('Lima', knows)).toMatchObject({
      text: 'Lima',
      reason: 'verifier 1.00 ≥ 0.75',
    });
    const wrong = await judged('Cusco', knows);
    expect(wrong).toMatchObject({
      text: 'Lima, says the cloud',
      reason: 'verifier 0.00 < 0.75',
    });
    // A draft, a probe of twelve and eight verifications.
    expect(wrong.local.calls).toHaveLength(21);
  });

  it('knows nothing of a model that always says the same, or throws a coin', async () => {
    const random = seededRandom(4);
    const blind: Check[] = [
      () => 'Decision: Correct',
      () => 'It is wrong.\nDecision: Incorrect',
      () => `Decision: ${random() < 0.5 ? 'Correct' : 'Incorrect'}`,
      () => 'Hm.',
    ];
    for (const check of blind) {
      const { text, reason, local } = await judged('Lima', check);
      expect(text).toBe('Lima, says the cloud');
      expect(reason).toBe('small does not tell right answers from wrong');
      expect(local.calls).toHaveLength(13);
    }
  });

  it('reads decisions as small models write them', async () => {
    const forms: Check[] = [
      ({ isRight }) => `**Decision:** ${isRight ? 'Correct' : 'Incorrect'}.`,
      ({ isRight }) => `decision - ${isRight ? 'correct' : 'not correct'}`,
      ({ isRight }) => (isRight ? 'Correct' : 'Incorrect'),
      ({ isRight }) => `The answer is ${isRight ? 'right' : 'wrong'}.`,
      ({ isRight }) =>
        `Decision: Correct would be wrong here.\nDecision: ${isRight ? 'Correct' : 'Incorrect'}`,
      ({ isRight }) => `<think>It is correct. Or wrong?</think>${isRight ? 'Yes' : 'No'}, it is.`,
    ];
    for (const check of forms) {
      expect((await judged('Lima', check)).reason).toBe('verifier 1.00 ≥ 0.75');
      expect((await judged('Cusco', check)).reason).toBe('verifier 0.00 < 0.75');
    }
  });

  it('shows examples of yours, and what was said before the question', async () => {
    const examples = [
      { question: 'What is a hull?', answer: 'Part of a ship.', reason: 'It is.', isRight: true },
      { question: 'What is a keel?', answer: 'A sail.', reason: 'It is none.', isRight: false },
    ];
    const { local } = await judged('Lima', knows, { examples, checks: 3, threshold: 0.5 });
    const shown = JSON.stringify(local.calls.at(-1)!.prompt);
    expect(shown).toContain('What is a hull?');
    expect(shown).toContain('It is none.\\nDecision: Incorrect');
    expect(shown).not.toContain('Mona Lisa');
    expect(shown).toContain('<context>\\nAnswer in one word.\\n</context>');
    expect(local.calls).toHaveLength(16);
  });

  it('probes a model once for drafts that come at once, again after a failure', async () => {
    const question = userCall('What is the capital of Peru?');
    for (const accept of [verifier({ checks: 1 }), firstKnownSelfCheck()]) {
      const local = modelOf('Lima', knows);
      const model = cascade({ local, cloud: scriptedModel([], { place: 'cloud' }), accept });
      await Promise.all([1, 2, 3].map(() => model.doGenerate(question)));
      const asked = local.calls.filter(call => !JSON.stringify(call.prompt).includes('Peru'));
      expect(new Set(asked.map(call => JSON.stringify(call.prompt))).size).toBe(asked.length);
    }
    let calls = 0;
    const once = probeOnce();
    const local = modelOf('Lima', knows);
    const probe = async () => {
      calls++;
      await Promise.resolve();
      if (calls === 1) throw new TypeError('Whoever asked has gone.');
      return true;
    };
    const found = await Promise.allSettled([1, 2, 3].map(() => once(local, probe)));
    expect(found.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(calls).toBe(2);
  });

  it('probes a model once, and none of a cloud', async () => {
    const gate = verifier({ checks: 1 });
    const [local, cloud] = [modelOf('Lima', knows), scriptedModel([], { place: 'cloud' })];
    const model = cascade({ local, cloud, accept: gate });
    for (let n = 0; n < 3; n++) await model.doGenerate(userCall('What is the capital of Peru?'));
    expect(local.calls).toHaveLength(3 * 2 + 12);
    const paid = scriptedModel(['Lima'], { modelId: 'paid', place: 'cloud' });
    const other = scriptedModel(['Lima!'], { modelId: 'large', place: 'cloud' });
    const answer = await cascade({ local: paid, cloud: other, accept: gate }).doGenerate(
      userCall('What is the capital of Peru?'),
    );
    expect(textOf(answer)).toBe('Lima!');
    expect(paid.calls).toHaveLength(1);
  });
});
