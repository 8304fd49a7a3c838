import { describe, expect, it } from 'vitest';
import { documentOf } from '../../documents/document.ts';
import { documentCall } from '../../documents/document-call.ts';
import { extractive } from '../../documents/extractive.ts';
import { textOf } from '../../model/answer.ts';
import { run } from '../../model/run/scope-life.ts';
import { summaryOf } from '../../model/run/summary.ts';
import type { Call, LanguageModel } from '../../model/types.ts';
import { openDocumentStore } from '../../runs/document-store.ts';
import { collectStream, doubleOf, lastUserText, promptText } from '../../testing/double.ts';
import { quoting, textWith } from '../../testing/hidden-facts.ts';
import { scriptedModel } from '../../testing/scripted-model.ts';
import { minions } from './minions.ts';
import type { JobPlan } from './plan.ts';

const on = (text: string, question: string) =>
  documentCall(question, [{ title: 'paper.txt', text }]);
const json = (value: object) => JSON.stringify(value);
const planOf = (...tasks: JobPlan['tasks']) => ({
  tasks,
  chunking: { by: 'paragraph' as const, characters: 500 },
});
const cloudOf = (...steps: Parameters<typeof scriptedModel>[0]) =>
  scriptedModel(steps, { modelId: 'cloud', place: 'cloud' });

describe('rounds', () => {
  const text = textWith({ 3: 'The mill is called Aldermill.', 8: 'Aldermill ground 512 sacks.' });
  const first = planOf(
    { id: 'name', question: 'What is the mill called?' },
    { id: 'sacks', question: 'How many loaves?' },
  );
  const second = planOf({ id: 'ground', question: 'What did Aldermill grind?' });
  const third = planOf({ id: 'number', question: 'Which number of sacks is given?' });

  it('carry feedback and scratchpad into every later cloud call, and to its answer', async () => {
    const more = {
      decision: 'more',
      feedback: 'the sacks are missing',
      scratchpad: 'the mill is Aldermill',
      plan: second,
    };
    const enough = { decision: 'answer', feedback: '', scratchpad: '', plan: null };
    const cloud = cloudOf(
      json(first),
      json(more),
      json({ ...enough, decision: 'more', feedback: 'still', plan: null }),
      json(third),
      '512 sacks [e2].',
    );
    const local = doubleOf({ modelId: 'worker' }, call => {
      const isName = lastUserText(call).includes('called?');
      const word = isName ? 'is called' : 'nowhere to be found';
      const found =
        lastUserText(call)
          .match(/[^.\n]+\./g)!
          .find(sentence => sentence.includes(word))
          ?.trim() ?? null;
      return { text: json({ explanation: '', citation: found, answer: found }) };
    });
    const answer = await minions({ local, cloud }).doGenerate(
      on(text, 'How many sacks did the mill grind?'),
    );
    expect(textOf(answer)).toBe('512 sacks [e2].');
    for (const call of cloud.calls.slice(2)) {
      expect(promptText(call)).toContain('the sacks are missing');
      expect(promptText(call)).toContain('the mill is Aldermill');
    }
    expect(promptText(cloud.calls[4]!)).toContain('still');
    expect(summaryOf(answer)!.reason).toContain('3 rounds');
  });

  it('are only one where every task found something and the plan wants no other look', async () => {
    const cloud = cloudOf(
      json(planOf({ id: 'name', question: 'What is the mill called?' })),
      'Aldermill [e1].',
    );
    await minions({ local: quoting('is called'), cloud }).doGenerate(
      on(text, 'What is the mill called?'),
    );
    cloud.verify();
  });

  it('end after their limit, though the cloud never stops asking', async () => {
    const more = (n: number) => {
      const plan = planOf({ id: 'more', question: `How many loaves on day ${n}?` });
      return json({ decision: 'more', feedback: 'more', scratchpad: '', plan });
    };
    let asked = 0;
    const cloud = doubleOf({ modelId: 'cloud', place: 'cloud' }, call => {
      if (call.responseFormat?.type !== 'json') return { text: 'The number of sacks is missing.' };
      return { text: promptText(call).includes('<extracts>') ? more(++asked) : json(first) };
    });
    const answer = await minions({ local: quoting('is lost'), cloud, maxRounds: 4 }).doGenerate(
      on(text, 'How many?'),
    );
    expect(summaryOf(answer)!.calls.cloud).toBe(1 + 3);
    expect(textOf(answer)).toBe('Nothing in the document answers this question.');
  });

  it('end where the cloud asks the same of the same chunks again', async () => {
    const again = planOf({ id: 'again', question: 'How many loaves? What is the mill called?' });
    const more = { decision: 'more', feedback: 'more', scratchpad: '' };
    const cloud = cloudOf(
      json(again),
      json({
        ...more,
        plan: planOf({ id: 'b', question: 'Called what? Loaves, how many, mill?' }),
      }),
    );
    const answer = await minions({ local: quoting('is lost'), cloud }).doGenerate(
      on(text, 'How many?'),
    );
    cloud.verify();
    expect(summaryOf(answer)!.reason).toContain('0 extracts found');
  });

  it('may zoom into what a round has found', async () => {
    const zoom = planOf({
      id: 'near',
      question: 'What stands near?',
      select: { by: 'answers', round: 1, neighbours: 1 },
    });
    const begin = {
      ...planOf({ id: 'name', question: 'What is the mill called?' }),
      followUp: true,
    };
    const cloud = cloudOf(
      json(begin),
      json({ decision: 'more', feedback: '', scratchpad: '', plan: zoom }),
      'ok',
    );
    const asked: string[] = [];
    const local = doubleOf({ modelId: 'worker' }, call => {
      asked.push(lastUserText(call));
      const hasIt = lastUserText(call).includes('Aldermill.');
      const said = { citation: 'The mill is called Aldermill.', answer: 'Aldermill' };
      const nothing = { citation: null, answer: null };
      return { text: json({ explanation: '', ...(hasIt ? said : nothing) }) };
    });
    await minions({ local, cloud, maxRounds: 2 }).doGenerate(on(text, 'What is the mill called?'));
    const near = asked.filter(prompt => prompt.includes('stands near'));
    expect(near.map(prompt => /Paragraph (\d+)|mill is called/.exec(prompt)![0])).toEqual([
      'Paragraph 1',
      'Paragraph 2',
      'Paragraph 4',
    ]);
  });
});

describe('what a worker may release', () => {
  const plan = planOf({ id: 'toll', question: 'What was the toll?' });
  const text = `The toll was 7 crowns. ${'Secret matter stands here. '.repeat(60)}`;
  const saying = (output: object) =>
    doubleOf({ modelId: 'worker' }, () => ({ text: json(output) }));
  const sent = async (output: object) => {
    const cloud = cloudOf(json({ ...plan, chunking: { by: 'paragraph', characters: 3000 } }), 'ok');
    const answer = await minions({ local: saying(output), cloud, maxRounds: 1 }).doGenerate(
      on(text, 'What was the toll?'),
    );
    return {
      text: promptText(cloud.calls[1] ?? { prompt: [] }),
      reason: summaryOf(answer)!.reason,
    };
  };

  it('a citation of the whole chunk is narrowed to the sentence that answers', async () => {
    const { text: released } = await sent({ explanation: '', citation: text, answer: '7' });
    expect(released).toContain('The toll was 7 crowns.');
    expect(released).not.toContain('Secret');
  });

  it('an answer that says more than its citation is left out', async () => {
    const { text: released } = await sent({
      explanation: '',
      citation: 'The toll was 7 crowns.',
      answer: '7, and Secret matter',
    });
    expect(released).toContain('The toll was 7 crowns.');
    expect(released).not.toContain('Secret');
  });

  it('its explanation never leaves', async () => {
    const { text: released } = await sent({
      explanation: 'Secret matter',
      citation: 'The toll was 7 crowns.',
      answer: '7',
    });
    expect(released).not.toContain('Secret');
  });
});

describe('the answer', () => {
  const text = textWith({ 2: 'The toll was 7 crowns.', 6: 'The tax was 9 crowns.' });
  const plan = planOf({ id: 'all', question: 'What was paid?' });
  const asking = (said: string, judge?: LanguageModel) =>
    minions({
      local: quoting('toll', 'tax'),
      cloud: cloudOf(json(plan), said),
      ...(judge && { judge }),
    });

  it('names the claims that no extract supports, plain and streamed', async () => {
    const said =
      'The toll was 7 crowns [e1]. The tax was 12 crowns [e2]. Together they came to 16 crowns. ' +
      'The king wore a purple robe.';
    const call = on(text, 'What was paid?');
    const plain = summaryOf(await asking(said).doGenerate(call))!.grounding;
    expect(plain).toEqual({
      claims: 4,
      supported: 2,
      unsupported: ['The tax was 12 crowns .', 'The king wore a purple robe.'],
    });
    const { stream } = await asking(said).doStream(call);
    const streamed = await collectStream(stream);
    expect(textOf(streamed)).toBe(said);
    expect(summaryOf(streamed)!.grounding).toEqual(plain);
    expect(streamed.content.filter(({ type }) => type === 'source')).toHaveLength(2);
  });

  it('is graded by the extracts alone; a judge that fails leaves no grade', async () => {
    const judge = scriptedModel([json({ score: 4, reason: 'complete' }), 'rubbish'], {
      modelId: 'judge',
      place: 'cloud',
    });
    const call = on(text, 'What was paid?');
    expect(summaryOf(await asking('7 crowns [e1].', judge).doGenerate(call))!.quality).toEqual({
      score: 4,
      reason: 'complete',
      by: 'judge',
    });
    expect(promptText(judge.calls[0]!)).not.toContain('weather');
    expect(
      summaryOf(await asking('7 crowns [e1].', judge).doGenerate(call))!.quality,
    ).toBeUndefined();
  });
});

describe('the naive chat', () => {
  const text = textWith({ 2: 'The toll was 7 crowns.', 6: 'The tax was 9 crowns.' });

  it('asks one reader of all the text again and again, and checks its quotes too', async () => {
    const cloud = cloudOf(
      json({ message: 'What was the toll?' }),
      json({ message: 'What was the tax?' }),
      json({ message: null }),
      '7 and 9.',
    );
    const answer = await minions({ local: extractive(), cloud, protocol: 'chat' }).doGenerate(
      on(text, 'What was paid?'),
    );
    expect(textOf(answer)).toBe('7 and 9.');
    expect(promptText(cloud.calls[3]!)).toContain('The tax was 9 crowns.');
    expect(promptText(cloud.calls[3]!)).not.toContain('weather');
    expect(summaryOf(answer)).toMatchObject({
      pattern: 'minion',
      calls: { device: 2, cloud: 4 },
    });
  });

  it('says how much of the text its window held', async () => {
    const cloud = cloudOf(json({ message: 'What was the toll?' }), json({ message: null }), '7.');
    const model = minions({ local: extractive(), cloud, protocol: 'chat', windowTokens: 1300 });
    const { coverage, reason } = summaryOf(await model.doGenerate(on(text, 'What was paid?')))!;
    expect(coverage!.read).toBeLessThan(coverage!.chunks);
    expect(reason).toMatch(/the window held \d of \d/);
  });
});

describe('a second question', () => {
  it('reuses what was read, over the same store', async () => {
    using documents = openDocumentStore({ path: ':memory:' });
    const text = textWith({ 2: 'The toll was 7 crowns.' });
    const kept = documentOf({ text, title: 'paper.txt' });
    await documents.keep(kept);
    const plan = planOf({ id: 'toll', question: 'What was the toll?' });
    const part = {
      type: 'file' as const,
      mediaType: 'text/plain',
      data: { type: 'reference' as const, reference: { tandem: kept.id } },
    };
    const call = (question: string): Call => ({
      prompt: [{ role: 'user', content: [part, { type: 'text', text: question }] }],
    });
    const ask = async (question: string, wanted: JobPlan) => {
      const model = minions({
        local: quoting('toll'),
        cloud: cloudOf(json(wanted), 'ok [e1]'),
        maxRounds: 1,
      });
      const answer = await run({ documents }, async () => model.doGenerate(call(question)));
      return {
        device: summaryOf(answer)!.calls.device,
        sources: answer.content.filter(({ type }) => type === 'source').length,
      };
    };
    expect(await ask('What was the toll?', plan)).toEqual({ device: 11, sources: 1 });
    expect(await ask('Tell me the toll again.', plan)).toEqual({ device: 0, sources: 1 });
    const wider = planOf(...plan.tasks, { id: 'more', question: 'What else?' });
    expect((await ask('And what else?', wider)).device).toBe(11);
  });
});
