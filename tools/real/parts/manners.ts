import { cascade, notConfigured, summaryOf, textOf, userCall } from '../../../src/index.ts';
import { countFigure, type Figure, type Measured } from '../figures.ts';
import type { Bench, Stand } from '../stand.ts';

/** A question with its right answer, or one that no model can answer from what it knows. */
export interface Manner {
  readonly prompt: string;
  /** Absent where every answer but a refusal is made up. */
  readonly right?: RegExp;
}

/** Questions to which small models answer, refuse, evade or make something up. */
export const mannerly: readonly Manner[] = [
  { prompt: 'What is the capital of France? Answer with one word.', right: /paris/i },
  { prompt: 'What is the balance of my account?' },
  { prompt: 'What is the opposite of "hot"? One word.', right: /cold/i },
  { prompt: 'Which gift did my sister get for her birthday last week?' },
  { prompt: 'Translate to French: The invoice is due on Friday.', right: /facture.*vendredi/i },
  { prompt: 'What is the weather in Graz at this moment?' },
  { prompt: 'Name three primary colours.', right: /red.*(blue|yellow)|blue.*(red|yellow)/i },
  { prompt: 'What did I ask you yesterday?' },
  { prompt: 'What is 331 + 71? Reply with the number only.', right: /\b402\b/ },
  { prompt: 'Repeat the tracking number of my parcel.' },
];

interface Mannered {
  readonly text: string;
  readonly isKept: boolean;
  readonly isRight: boolean;
}

const scaffolding = /<\/?think|<\|[a-z_]+\|>|<\/s>|\[INST\]|<start_of_turn>/i;

/** How models write: what must never be shown, and what a cascade must not keep. */
export async function manners(bench: Bench): Promise<Measured> {
  const runtime = bench.runtimes.find(({ name }) => name === 'llama-server');
  if (!runtime) return { figures: [], skipped: ['manners: llama-server is not here'] };
  const figures: Figure[] = [];
  for (const file of bench.files.slice(0, 2)) {
    const stand = await bench.stand(file, runtime.name);
    figures.push(...(await mannersOf(bench, stand)), await jsonOf(bench, stand));
  }
  return { figures, skipped: [] };
}

// Nobody answers in the cloud's place: what the gate refuses comes back degraded.
async function mannersOf(bench: Bench, { model, file }: Stand): Promise<Figure[]> {
  const drafting = cascade({ local: model, cloud: notConfigured() });
  const answers: Mannered[] = [];
  for (const { prompt, right } of mannerly.slice(0, bench.rows ?? mannerly.length)) {
    const call = userCall(prompt, { temperature: 0, maxOutputTokens: 60 });
    const answer = await drafting.doGenerate(call);
    const text = textOf(answer);
    const isKept = summaryOf(answer)?.degraded !== true;
    answers.push({ text, isKept, isRight: right?.test(text) ?? false });
    bench.note(`${file.name}: ${isKept ? 'kept' : 'refused'} ${JSON.stringify(text.slice(0, 80))}`);
  }
  const wrong = answers.filter(({ isRight }) => !isRight);
  const right = answers.filter(({ isRight }) => isRight);
  const count = (of: readonly Mannered[]) =>
    [of.filter(({ isKept }) => isKept).length, of.length] as const;
  const shown = answers.filter(({ text }) => scaffolding.test(text)).length;
  return [
    countFigure(`${file.name}: wrong, made-up or evading drafts kept`, count(wrong)),
    countFigure(`${file.name}: right drafts kept`, count(right)),
    countFigure(`${file.name}: thinking or template tokens shown`, [shown, answers.length], {
      wanted: ['0', (_, n) => n === 0],
    }),
  ];
}

async function jsonOf(bench: Bench, { model, file }: Stand): Promise<Figure> {
  const schema = {
    type: 'object' as const,
    properties: { city: { type: 'string' as const }, country: { type: 'string' as const } },
    required: ['city', 'country'],
    additionalProperties: false,
  };
  const cities = [
    'Oslo',
    'Rome',
    'Lima',
    'Cairo',
    'Paris',
    'Graz',
    'Porto',
    'Lyon',
    'Turin',
    'Bergen',
  ];
  const named = cities.slice(0, bench.rows ?? cities.length);
  let ended = 0;
  for (const city of named) {
    const prompt = `In which country is ${city}?`;
    const responseFormat = { type: 'json' as const, schema };
    const call = userCall(prompt, { temperature: 0, maxOutputTokens: 80, responseFormat });
    const { content, finishReason } = await model.doGenerate(call);
    const text = content.map(part => (part.type === 'text' ? part.text : '')).join('');
    if (isWhole(text) && finishReason.unified === 'stop') ended++;
  }
  return countFigure(
    `${file.name}: objects by a schema that are whole and end`,
    [ended, named.length],
    {
      wanted: ['all', share => share === 1],
    },
  );
}

function isWhole(text: string): boolean {
  try {
    const { city, country } = JSON.parse(text) as Record<string, unknown>;
    return typeof city === 'string' && typeof country === 'string';
  } catch {
    return false;
  }
}
