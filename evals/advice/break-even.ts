import { patternByName } from '../../src/entries/config.ts';
import { advise, documentCall, type LanguageModel, summaryOf } from '../../src/index.ts';
import { doubleOf, lastUserText, promptText } from '../../src/testing/index.ts';
import type { Eval, EvalResult, EvalRow } from '../result.ts';

/**
 * What the simulated models do; stated, so that the measured break-even can be told from the
 * advised one.
 */
const stated = { facts: 8, factCharacters: 240, planCharacters: 480, answerCharacters: 1200 };
const question = 'What do the marked findings of the survey say?';
// Its list price is known; nothing but that is taken from it.
const pricedAs = 'gpt-4.1';
const readerId = 'simulated:reader';

/**
 * Measures from which length on a reading pattern costs less than the whole document; compares it
 * with `advise`.
 */
export const breakEvenEval: Eval = async (): Promise<EvalResult> => {
  const advice = advise({
    question,
    documents: [{ text: documentOf(5000) }],
    cloud: cloud(),
    answerTokens: 300,
  });
  const rows: EvalRow[] = [];
  for (const name of ['minions', 'chain'] as const) {
    const measured = await measuredBreakEven(name);
    const advised = advice.breakEvenTokens[name] as number;
    const ratio = advised / measured;
    rows.push(
      { what: `${name}: measured break-even, tokens`, value: measured },
      { what: `${name}: advised break-even, tokens`, value: advised },
      {
        what: `${name}: advised by measured`,
        value: ratio,
        wanted: '0.85 to 1.15',
        isMet: ratio >= 0.85 && ratio <= 1.15,
      },
    );
  }
  rows.push(...(await foretold(50_000)));
  return {
    eval: 'break-even',
    notes: [
      'SIMULATION: the patterns and their prompts are real, the models are not. Stated: every ' +
        'reader finds the',
      `${stated.facts} facts of ${stated.factCharacters} characters, a plan has ` +
        `${stated.planCharacters}, the answer ${stated.answerCharacters}; prices of ${pricedAs}.`,
    ],
    rows,
  };
};

/** Compares what advice foretells of a reading in order with what its ledger counts. */
async function foretold(documentTokens: number): Promise<EvalRow[]> {
  const text = documentOf(documentTokens);
  const { ways } = advise({ question, documents: [{ text }], cloud: cloud(), answerTokens: 300 });
  const { calls, input } = ways.find(({ name }) => name === 'chain')!;
  const model = patternByName.chain!.make({ local: reader(), cloud: cloud() }, {});
  const counted = summaryOf(
    await model.doGenerate(documentCall(question, [{ title: 'survey.txt', text }])),
  )!;
  const pairs = [
    ['calls on this device', calls.device, counted.calls.device],
    ['tokens read on this device', input.device, counted.tokensByModel[readerId]!.input],
    ['tokens sent to the cloud', input.cloud, counted.tokensByModel[pricedAs]!.input],
  ] as const;
  return pairs.map(([what, advised, measured]) => {
    const ratio = advised / measured;
    const name = `chain, 50k tokens: ${what}, advised by measured`;
    return {
      what: name,
      value: ratio,
      wanted: '0.85 to 1.15',
      isMet: ratio >= 0.85 && ratio <= 1.15,
    };
  });
}

/**
 * Bisects the length at which the run, as its own ledger counts it, costs as much as the whole
 * document.
 */
async function measuredBreakEven(name: 'minions' | 'chain'): Promise<number> {
  let [low, high] = [(stated.facts * stated.factCharacters) / 4, 100_000];
  while (high - low > 10) {
    const middle = Math.floor((low + high) / 2);
    const model = patternByName[name]!.make({ local: reader(), cloud: cloud() }, {});
    const answer = await model.doGenerate(
      documentCall(question, [{ title: 'survey.txt', text: documentOf(middle) }]),
    );
    const { costUsd, baseline } = summaryOf(answer)!;
    if ((costUsd as number) < (baseline!.costUsd as number)) high = middle;
    else low = middle;
  }
  return high;
}

function documentOf(tokens: number): string {
  const facts = Array.from({ length: stated.facts }, (_, n) =>
    padded(`Marked finding ${n} of the survey says that`, stated.factCharacters),
  );
  const wanted = tokens * 4 - facts.reduce((sum, fact) => sum + fact.length + 2, 0);
  const fillers: string[] = [];
  for (let length = 0, n = 0; length < wanted; n++) {
    fillers.push(padded(`Plain remark ${n} goes on about`, 160));
    length += 162;
  }
  const every = Math.max(1, Math.floor(fillers.length / stated.facts));
  return fillers
    .flatMap((filler, n) =>
      n % every === 0 && facts.length > 0 ? [facts.shift()!, filler] : [filler],
    )
    .concat(facts)
    .join('\n\n');
}

function padded(begin: string, length: number): string {
  const words = ' the lake and the shore and the hill and the road';
  return `${`${begin}${words.repeat(10)}`.slice(0, length - 1)}.`;
}

/** Finds every marked sentence of what it is shown: the worker of both patterns. */
function reader(): LanguageModel {
  return doubleOf({ modelId: readerId }, call => {
    const text = lastUserText(call);
    const chunk = /<(chunk|part)>\n([\s\S]*?)\n<\/\1>/.exec(text);
    const found = [...(chunk?.[2] ?? '').matchAll(/Marked finding[^.]*\./g)].map(
      ([quote]) => quote,
    );
    if (chunk?.[1] === 'part')
      return { text: JSON.stringify({ facts: found.map(quote => ({ quote })) }) };
    const [citation = null] = found;
    return { text: JSON.stringify({ explanation: 'It is marked.', citation, answer: citation }) };
  });
}

const plan = {
  tasks: [
    {
      id: 'findings',
      question: 'Which marked finding of the survey stands in this text, word for word?',
    },
  ],
  // Small enough that a chunk holds one finding: a job quotes one.
  chunking: { by: 'paragraph', characters: 500 },
};

function cloud(): LanguageModel {
  return doubleOf({ modelId: pricedAs, place: 'cloud' }, call => {
    const isPlan = !promptText(call).includes('<extracts>');
    const text = isPlan
      ? JSON.stringify(plan).padEnd(stated.planCharacters)
      : 'It says so [e1] [f1].'.padEnd(stated.answerCharacters, ' and');
    return { text };
  });
}
