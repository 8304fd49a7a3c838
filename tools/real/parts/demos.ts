import { jsonIn } from '../../../src/algorithms/text/json-in.ts';
import { cascade, textOf, userCall } from '../../../src/index.ts';
import { countFigure, type Measured } from '../figures.ts';
import { type Bench, pairOf } from '../stand.ts';

// The five questions of the cascade demo of filipw/hybrid-agent-framework-samples. On this pair its
// local model answered with a score and nothing else to four of them, and wrongly to the fifth; all
// five were kept.
const theirsRight = 0;
const questions: readonly (readonly [question: string, isRight: (text: string) => boolean])[] = [
  ['What is the capital of France?', text => /\bparis\b/i.test(text)],
  [
    'Convert this list to a JSON array: Apple, Banana, Cherry',
    text => JSON.stringify(jsonIn(text)) === '["Apple","Banana","Cherry"]',
  ],
  [
    'Where is the city of Springfield located?',
    text => /\b(?:illinois|missouri|massachusetts|ohio|oregon)\b/i.test(text),
  ],
  [
    'Explain in 2 sentences the role of quantum healing in modeling proteins.',
    text => /\b(?:no|not|pseudo\w*|lacks?|unproven)\b/i.test(text),
  ],
  [
    'If I have a cabbage, a goat, and a wolf, and I need to cross a river but can only take one ' +
      "item at a time, and I can't leave the goat with the cabbage or the wolf with the goat, " +
      'how do I do it?',
    text => /^\D*(?:\b1\b\D*)?(?:take|bring|carry|cross)[^.\n]*\bgoat\b/i.test(text),
  ],
];

/** The questions of a demo in public samples: a cascade answers each of them with something. */
export async function demos(bench: Bench): Promise<Measured> {
  const pair = await pairOf(bench);
  if (typeof pair === 'string') return { figures: [], skipped: [`demos: ${pair}`] };
  const asked = cascade({ local: pair.local.model, cloud: pair.cloud.model });
  const texts: string[] = [];
  for (const [question] of questions) {
    const call = userCall(question, { temperature: 0, maxOutputTokens: 120 });
    const text = textOf(await asked.doGenerate(call));
    bench.note(`${question.slice(0, 60)} ${JSON.stringify(text)}`);
    texts.push(text);
  }
  const right = questions.filter(([, isRight], at) => isRight(texts[at]!)).length;
  const empty = texts.filter(text => text.trim() === '' || /^error\b/i.test(text.trim())).length;
  const n = questions.length;
  return {
    figures: [
      countFigure("five questions of the samples' cascade: right", [right, n], {
        baseline: `the samples on this pair ${theirsRight}`,
        wanted: [`at least ${theirsRight}`, (_, value) => value >= theirsRight],
      }),
      countFigure('empty, or an error for an answer', [empty, n], {
        wanted: ['0', (_, value) => value === 0],
      }),
    ],
    skipped: [],
  };
}
