import { documentCall, minions, textOf } from '../../../src/index.ts';
import { countFigure, type Measured } from '../figures.ts';
import { facts, fillers } from '../house-rules.ts';
import { type Bench, pairOf } from '../stand.ts';

/** Each fact stands once, with much that does not matter around it. */
function houseRules(): string {
  const paragraphs = facts.flatMap(([sentence], at) => [
    [...fillers, ...fillers].slice(at, at + 5).join(' '),
    [fillers[at % 5], sentence, fillers[(at + 2) % 5]].join(' '),
    [...fillers, ...fillers].slice(at + 1, at + 6).join(' '),
  ]);
  return paragraphs.join('\n\n');
}

/** Whether facts of a document are found by the local model and answered by the cloud. */
export async function documents(bench: Bench): Promise<Measured> {
  const pair = await pairOf(bench);
  if (typeof pair === 'string') return { figures: [], skipped: [`documents: ${pair}`] };
  const asked = minions({ local: pair.local.model, cloud: pair.cloud.model });
  const rules = houseRules();
  const chosen = facts.slice(0, bench.rows ?? facts.length);
  let right = 0;
  let left = 0;
  for (const [sentence, question, wanted] of chosen) {
    const from = pair.cloud.wire?.crossings.length ?? 0;
    const call = documentCall(question, [{ title: 'House rules', text: rules }], {
      temperature: 0,
      maxOutputTokens: 80,
    });
    const text = await Promise.resolve(asked.doGenerate(call)).then(textOf, String);
    if (wanted.test(text)) right++;
    else bench.note(`${question} ${JSON.stringify(text.slice(0, 200))}, for: ${sentence}`);
    const sent = (pair.cloud.wire?.crossings ?? []).slice(from);
    if (sent.some(({ body }) => JSON.stringify(body).includes(JSON.stringify(rules).slice(1, -1))))
      left++;
  }
  return {
    figures: [
      countFigure('MINIONS, a fact in house rules: right', [right, chosen.length]),
      countFigure('MINIONS: the whole document left', [left, chosen.length], {
        wanted: ['0', (_, count) => count === 0],
      }),
    ],
    skipped: [],
  };
}
