import { seededRandom } from '../../../src/entries/eval.ts';
import { balanceTask, listEditTask, sortingTask, type Task } from '../../../src/entries/solve.ts';
import { type LanguageModel, textOf, userCall } from '../../../src/index.ts';
import { countFigure, type Measured } from '../figures.ts';
import type { Bench } from '../stand.ts';

const words = (
  'apple lantern river candle orange violin harbour pencil meadow copper saddle basket ' +
  'window kettle garden tunnel marble feather anchor ticket'
).split(' ');

interface Asked {
  readonly task: string;
  readonly isValid: boolean;
  readonly isRight: boolean;
  readonly flag: string;
}

/** Whether a small model's answers to the steps of the tasks that come along can be read. */
export async function ready(bench: Bench): Promise<Measured> {
  const file = bench.files.at(bench.files.length > 1 ? -2 : -1);
  if (!file || !bench.runtimes.some(({ name }) => name === 'llama-server'))
    return { figures: [], skipped: ['ready tasks: llama-server and a model are needed'] };
  const { model } = await bench.stand(file, 'llama-server');
  const each = Math.ceil((bench.rows ?? 100) / 3);
  const random = seededRandom(31);
  const between = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
  const draw = (count: number) =>
    words
      .map(word => ({ word, at: random() }))
      .sort((a, b) => a.at - b.at)
      .slice(0, count)
      .map(({ word }) => word);
  const entries = Array.from({ length: each }, () => ({ cents: between(-9000, 9000) }));
  const edits = Array.from({ length: each }, (_, at) =>
    at % 2 === 0
      ? ({ edit: 'replace', at: between(1, 5), item: words[at % words.length]! } as const)
      : ({ edit: 'move', at: between(1, 5), to: between(1, 5) } as const),
  );
  const sorting = { order: 'alphabetical order', isFirst: (a: string, b: string) => a < b };
  const asked = [
    ...(await walked(model, sortingTask(draw(16), sorting), { name: 'sort', most: each })),
    ...(await walked(model, balanceTask(50_000, entries), { name: 'balance', most: each })),
    ...(await walked(model, listEditTask(draw(5), edits), { name: 'list edits', most: each })),
  ];
  for (const { task, flag } of asked) if (flag !== '') bench.note(`${task}: ${flag}`);
  const right = (name: string) => {
    const own = asked.filter(({ task }) => task === name);
    return `${name} ${own.filter(({ isRight }) => isRight).length} of ${own.length}`;
  };
  return {
    figures: [
      countFigure(
        `${file.name}, steps of ready tasks: answers that can be read`,
        [asked.filter(({ isValid }) => isValid).length, asked.length],
        {
          baseline: `right: ${['sort', 'balance', 'list edits'].map(right).join(', ')}`,
          wanted: ['≥ .95', share => share >= 0.95],
        },
      ),
    ],
    skipped: [],
  };
}

// Each step is asked in its right state, in the wordings that votes go through.
async function walked<State, Action>(
  model: LanguageModel,
  task: Task<State, Action>,
  { name, most }: { readonly name: string; readonly most: number },
): Promise<Asked[]> {
  const asked: Asked[] = [];
  let state = task.initial;
  while (!task.isDone(state) && asked.length < most) {
    const wording = asked.length % (task.wordings ?? 1);
    const {
      system,
      text,
      schema,
      stopSequences,
      maxOutputTokens = 200,
    } = task.prompt(state, wording);
    const call = userCall(text, {
      temperature: 0,
      maxOutputTokens,
      ...(system !== undefined && { system }),
      ...(stopSequences && { stopSequences: [...stopSequences] }),
      ...(schema && { responseFormat: { type: 'json' as const, schema } }),
    });
    const said = textOf(await model.doGenerate(call));
    const move = task.parse(said, state, wording);
    const truth = task.truth!(state);
    const flag = await flagOf(task, state, move);
    const key = task.key ?? JSON.stringify;
    const isValid = flag === '' && 'action' in move;
    asked.push({
      task: name,
      isValid,
      isRight: isValid && key(move.action) === key(truth),
      flag: flag === '' ? '' : `${flag}: ${JSON.stringify(said)}`,
    });
    state = task.apply(state, truth);
  }
  return asked;
}

async function flagOf<State, Action>(
  task: Task<State, Action>,
  state: State,
  move: ReturnType<Task<State, Action>['parse']>,
): Promise<string> {
  if ('redFlag' in move) return move.redFlag;
  const next = task.apply(state, move.action);
  const legal = (await task.isLegal?.(state, move.action, next)) ?? true;
  return legal === true ? '' : legal === false ? 'not allowed' : legal.redFlag;
}
