import { askWithTools, toolRequests } from '../asked-tools.ts';
import { countFigure, type Figure, type Measured } from '../figures.ts';
import type { ModelFile } from '../model-files.ts';
import type { Runtime } from '../servers.ts';
import type { Bench } from '../stand.ts';

/** Whether calls are made where they are needed, and none is shown as an answer. */
export async function tools(bench: Bench): Promise<Measured> {
  const figures: Figure[] = [];
  const [smallest, ...able] = bench.files;
  const servers = bench.runtimes.filter(({ name }) => name !== 'in process');
  for (const file of able) {
    for (const { name } of servers) {
      for (const isStreamed of [false, true])
        figures.push(...(await onTen(bench, { file, name, isStreamed })));
    }
  }
  if (smallest) {
    for (const { name } of bench.runtimes) figures.push(await demanded(bench, smallest, name));
  }
  const skipped = able.length > 0 ? [] : ['tools of larger models: no such file is here'];
  return { figures, skipped };
}

interface Way {
  readonly file: ModelFile;
  readonly name: Runtime['name'];
  readonly isStreamed: boolean;
}

async function onTen(bench: Bench, { file, name, isStreamed }: Way): Promise<Figure[]> {
  const stand = await bench.stand(file, name);
  const requests = toolRequests.slice(0, bench.rows ?? toolRequests.length);
  const answers = [];
  for (const { prompt, calls } of requests) {
    const answer = await askWithTools(stand.model, prompt, { isStreamed });
    if (answer.error !== undefined) bench.note(`${file.name}: ${prompt} ${answer.error}`);
    answers.push({ ...answer, isNeeded: calls > 0 });
  }
  const needed = answers.filter(({ isNeeded }) => isNeeded);
  const way = `${file.name}, ${name}, ${isStreamed ? 'streamed' : 'whole'}`;
  const made = needed.filter(({ validCalls }) => validCalls > 0).length;
  const shown = answers.filter(({ showsCall }) => showsCall).length;
  return [
    countFigure(`${way}: a call where one is needed`, [made, needed.length], {
      wanted: ['≥ 8 of 9', share => share >= 8 / 9],
    }),
    countFigure(`${way}: a call shown as text`, [shown, answers.length], {
      wanted: ['0', (_, count) => count === 0],
    }),
  ];
}

async function demanded(bench: Bench, file: ModelFile, name: Runtime['name']): Promise<Figure> {
  const stand = await bench.stand(file, name);
  const requests = toolRequests.slice(0, bench.rows ?? toolRequests.length);
  let valid = 0;
  for (const { prompt } of requests) {
    const { validCalls, error } = await askWithTools(stand.model, prompt, { isDemanded: true });
    if (error !== undefined) bench.note(`${file.name}, demanded: ${prompt} ${error}`);
    if (validCalls > 0) valid++;
  }
  return countFigure(
    `${file.name}, ${name}: demanded calls that are valid`,
    [valid, requests.length],
    {
      wanted: ['all', share => share === 1],
    },
  );
}
