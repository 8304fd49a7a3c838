import { direct, maker, textOf, userCall } from '../../../src/index.ts';
import { countFigure, type Measured } from '../figures.ts';
import { type Bench, pairOf } from '../stand.ts';

const most = 12;
const number = (value: number) => (text: string) =>
  lastOf(text.match(/\d+(?:[.,]\d+)?/g))?.replace(',', '.') === String(value);
const inOrder = (...words: readonly string[]) => {
  const pattern = new RegExp(words.join('\\W+(?:and\\W+)?'), 'i');
  return (text: string) => pattern.test(text);
};

// What a person might ask, with a check that a program can make.
const requests: readonly (readonly [request: string, isRight: (text: string) => boolean])[] = [
  ['What is 331 + 71?', number(402)],
  ['What is 12 * 11, plus 5?', number(137)],
  ['A train leaves at 14:20 and arrives at 16:05. How many minutes does it take?', number(105)],
  ['Sort these words alphabetically: pear, apple, cherry.', inOrder('apple', 'cherry', 'pear')],
  ['Which of 47, 91 and 68 is the largest number?', text => /\b91\b/.test(text)],
  ['Write the date 3 March 2024 as YYYY-MM-DD.', text => text.includes('2024-03-03')],
  ['How many vowels are in the word "banana"?', text => /\b(?:3|three)\b/i.test(text)],
  ['Three books cost 12 euros each and two pens cost 3 euros each. What is the total?', number(42)],
  ['What is the capital of France? Write it in capital letters.', text => /\bPARIS\b/.test(text)],
  ['How many minutes are 2.5 hours?', number(150)],
  ['What is the sum of the even numbers among 3, 8, 5 and 12?', number(20)],
  ['Reverse the order of this list: red, green, blue.', inOrder('blue', 'green', 'red')],
  ['A shirt costs 40 euros and is reduced by 25 percent. What does it cost now?', number(30)],
  ['How many days do March and April have together?', number(61)],
  ['What is "house" in German, and how many letters does that word have?', saysHaus],
];

function saysHaus(text: string): boolean {
  return /\bhaus\b/i.test(text) && /\b(?:4|four)\b/i.test(text);
}

function lastOf<Item>(items: readonly Item[] | null): Item | undefined {
  return items?.at(-1);
}

/** Plain requests to `maker`: whether it ends, within how many plans, beside its solver alone. */
export async function plans(bench: Bench): Promise<Measured> {
  const pair = await pairOf(bench);
  if (typeof pair === 'string') return { figures: [], skipped: [`plans: ${pair}`] };
  const { local, cloud } = pair;
  const asked = maker({ solver: local.model, planner: cloud.model });
  const alone = direct(local.model);
  const rows: { ours: string; theirs: string; planned: number; at: number }[] = [];
  for (const [at, [request]] of requests.slice(0, bench.rows).entries()) {
    const call = userCall(request, { temperature: 0, maxOutputTokens: 300 });
    const theirs = textOf(await alone.doGenerate(call));
    const from = cloud.wire!.crossings.length;
    const ours = await asked.doGenerate(call).then(textOf, (error: unknown) => {
      bench.note(String(error).slice(0, 500));
      return '';
    });
    rows.push({ ours, theirs, planned: cloud.wire!.crossings.length - from, at });
    bench.note(JSON.stringify({ request, ...rows.at(-1) }));
  }
  const right = (which: 'ours' | 'theirs') => rows.filter(row => requests[row.at]![1](row[which]));
  const baseline = right('theirs').length;
  const calls = rows.map(({ planned }) => planned);
  const left = requests.length - rows.length;
  return {
    figures: [
      countFigure('plain requests to `maker`: right', [right('ours').length, rows.length], {
        baseline: `its solver alone ${baseline}`,
        wanted: [`at least ${baseline}`, (_, count) => count >= baseline],
      }),
      countFigure(
        'ends with an answer',
        [rows.filter(({ ours }) => ours.trim() !== '').length, rows.length],
        { wanted: ['all', share => share === 1] },
      ),
      {
        what: 'calls of the planner for one request',
        value: `at most ${Math.max(0, ...calls)}`,
        n: rows.length,
        wanted: { says: `at most ${most}`, holds: Math.max(0, ...calls) <= most },
      },
    ],
    skipped: left > 0 ? [`${left} of ${requests.length} requests`] : [],
  };
}
