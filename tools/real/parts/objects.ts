import { generateText, jsonSchema, Output } from 'ai';
import { cascade, type LanguageModel } from '../../../src/index.ts';
import type { Pair } from '../cascaded.ts';
import { drawSums } from '../deciding-tasks.ts';
import { countFigure, type Figure, type Measured } from '../figures.ts';
import { type Bench, inPairs, pairOf, type Stand } from '../stand.ts';

interface Shape {
  readonly name: string;
  readonly prompt: string;
  readonly properties: Readonly<Record<string, object>>;
  readonly required: readonly string[];
  readonly isRight: (value: Readonly<Record<string, unknown>>) => boolean;
}

const text = { type: 'string' };
const shapes: readonly Shape[] = [
  {
    name: 'flat',
    prompt: 'Extract the person: "Ann Berg, 34, lives in Oslo."',
    properties: { name: text, age: { type: 'integer' }, city: text },
    required: ['name', 'age', 'city'],
    isRight: ({ name, age, city }) => name === 'Ann Berg' && age === 34 && city === 'Oslo',
  },
  {
    name: 'nested',
    prompt: 'Extract the order: "Order 812 of Tom Lind, 3 lamps, to be sent to Graz."',
    properties: {
      order: { type: 'integer' },
      customer: object({ name: text, city: text }),
      item: object({ name: text, count: { type: 'integer' } }),
    },
    required: ['order', 'customer', 'item'],
    isRight: ({ order, customer, item }) =>
      order === 812 && has(customer, 'name', /Lind/) && has(item, 'count', /^3$/),
  },
  {
    name: 'optional',
    prompt: 'Extract the contact, and the phone number if there is one: "Write to eva@mail.org."',
    properties: { email: text, phone: { type: ['string', 'null'] } },
    required: ['email', 'phone'],
    isRight: ({ email, phone }) => email === 'eva@mail.org' && (phone === null || phone === ''),
  },
  {
    name: 'union',
    prompt: 'Give the amount of "The invoice is for 250 euros." as a number.',
    properties: { amount: { anyOf: [{ type: 'number' }, { type: 'string' }] } },
    required: ['amount'],
    isRight: ({ amount }) => /^250\b/.test(String(amount)),
  },
  {
    name: 'enum',
    prompt: 'Classify this mail: "The app crashes every time, fix it today or I cancel!"',
    properties: {
      sentiment: { type: 'string', enum: ['positive', 'negative', 'neutral'] },
      urgent: { type: 'boolean' },
    },
    required: ['sentiment', 'urgent'],
    isRight: ({ sentiment, urgent }) => sentiment === 'negative' && urgent === true,
  },
  {
    name: 'array',
    prompt: 'List the cities in "We fly from Rome to Paris and go on to Lima."',
    properties: { cities: { type: 'array', items: text } },
    required: ['cities'],
    isRight: ({ cities }) =>
      Array.isArray(cities) && [...cities].sort().join() === 'Lima,Paris,Rome',
  },
];

function object(properties: Readonly<Record<string, object>>): object {
  const required = Object.keys(properties);
  return { type: 'object', properties, required, additionalProperties: false };
}

function has(value: unknown, key: string, wanted: RegExp): boolean {
  const fields = (value ?? {}) as Readonly<Record<string, unknown>>;
  return wanted.test(String(fields[key]));
}

/** Whether right objects stay on the device. */
export async function objects(bench: Bench): Promise<Measured> {
  const pair = await pairOf(bench);
  if (typeof pair === 'string') return alone(bench, pair);
  const { local, cloud } = pair;
  const asked = cascade({ local: local.model, cloud: cloud.model });
  const wanted = shapes.slice(0, bench.rows ?? shapes.length);
  const done: { isRight: boolean; isSent: boolean }[] = [];
  for (const shape of wanted) {
    const before = cloud.wire?.crossings.length ?? 0;
    const value = await objectOf(asked, shape.prompt, shape);
    done.push({
      isRight: value !== undefined && shape.isRight(value),
      isSent: (cloud.wire?.crossings.length ?? 0) > before,
    });
  }
  const count = (test: (each: (typeof done)[number]) => boolean) => done.filter(test).length;
  return {
    figures: [
      countFigure('six schemas, cascade: right', [count(({ isRight }) => isRight), done.length], {
        wanted: ['all', share => share === 1],
      }),
      countFigure('six schemas, cascade: sent', [count(({ isSent }) => isSent), done.length], {
        baseline: 'each draft was right when it was looked at: 0 need to be',
        wanted: ['≤ 2', (_, sent) => sent <= 2],
      }),
      await rightDraftsThatStay(bench, pair),
    ],
    skipped: [],
  };
}

// One model, and nobody to send to: what is measured is the form.
async function alone(bench: Bench, why: string): Promise<Measured> {
  const [file] = bench.files;
  const runtime = bench.runtimes.find(({ name }) => name === 'llama-server');
  if (!file || !runtime) return { figures: [], skipped: [`objects: ${why}`] };
  const stand = await bench.stand(file, runtime.name);
  const values = [];
  for (const shape of shapes.slice(0, bench.rows ?? shapes.length))
    values.push(await objectOf(stand.model, shape.prompt, shape));
  const valid = values.filter(value => value !== undefined).length;
  return {
    figures: [
      countFigure(`six schemas, ${file.name} alone: valid in 120 tokens`, [valid, values.length]),
    ],
    skipped: [`objects in a cascade: ${why}`],
  };
}

type Fields = Readonly<Record<string, unknown>>;

/** Asks for an object; `undefined` where what comes breaks the schema. */
async function objectOf(
  model: LanguageModel,
  prompt: string,
  { properties, required }: Pick<Shape, 'properties' | 'required'>,
): Promise<Fields | undefined> {
  const schema = jsonSchema<Fields>({ ...object(properties), required: [...required] } as object);
  try {
    const { output } = await generateText({
      model,
      prompt,
      temperature: 0,
      maxOutputTokens: 120,
      maxRetries: 0,
      output: Output.object({ schema }),
    });
    return required.every(key => Object.hasOwn(output, key)) ? output : undefined;
  } catch {
    return undefined;
  }
}

// A draft is right by what the local server wrote, whoever answers in the end.
async function rightDraftsThatStay(bench: Bench, { local, cloud }: Pair): Promise<Figure> {
  const items = drawSums(bench.rows ?? 60, 24);
  const asked = cascade({ local: local.model, cloud: cloud.model });
  const shape = { properties: { answer: { type: 'integer' } }, required: ['answer'] };
  const stays = await inPairs(items, async ({ prompt, reference }) => {
    const question = prompt.replace('Reply with the number only. ', '');
    await objectOf(asked, question, shape);
    const [draft] = askedFor(local, question);
    const isRight = draft !== undefined && answerIn(draft) === reference;
    return isRight ? askedFor(cloud, question).length === 0 : undefined;
  });
  const right = stays.filter(each => each !== undefined);
  return countFigure(
    'objects of sums: right drafts that stay',
    [right.filter(Boolean).length, right.length],
    {
      baseline: `${items.length} drafts`,
      wanted: ['≥ .60', share => share >= 0.6],
    },
  );
}

function askedFor({ wire }: Stand, question: string): string[] {
  return (wire?.crossings ?? [])
    .filter(({ body }) => JSON.stringify(body.messages).includes(`${question}"`))
    .map(({ answer }) => answer);
}

function answerIn(answer: string): string | undefined {
  const { choices } = JSON.parse(answer) as {
    choices?: { message?: { content?: string | null } }[];
  };
  return /"answer"\s*:\s*(-?\d+)/.exec(choices?.[0]?.message?.content ?? '')?.[1];
}
