import { writeFileSync } from 'node:fs';
import { openTerminal } from '../apps/cli/terminal.ts';
import { watchRun } from '../apps/cli/watch-run.ts';
import type { RunEvent } from '../src/entries/runs.ts';
import {
  type Call,
  cascade,
  chain,
  documentCall,
  type LanguageModel,
  maker,
  minions,
  router,
  run,
  textOf,
  userCall,
} from '../src/index.ts';
import { doubleOf, lastUserText } from '../src/testing/index.ts';

/**
 * `node tools/write-transcripts.ts`: plays every pattern with models that take their time, and
 * writes what a person sees meanwhile into docs/watching.md. It takes two minutes.
 */
interface Played {
  readonly title: string;
  readonly model: LanguageModel;
  readonly call: Call;
}

function slow(
  modelId: string,
  { place, seconds }: { readonly place: 'device' | 'cloud'; readonly seconds: number },
  reply: (text: string) => string,
): LanguageModel {
  return doubleOf({ modelId, place }, async call => {
    await new Promise(resolve => setTimeout(resolve, seconds * 1000));
    return { text: reply(lastUserText(call)) };
  });
}

const device = (seconds: number, reply: (text: string) => string) =>
  slow('ollama:phi4-mini', { place: 'device', seconds }, reply);
const cloudy = (seconds: number, reply: (text: string) => string) =>
  slow('azure:gpt-4.1', { place: 'cloud', seconds }, reply);

const filler = 'The log of the day tells of pumps that ran and of tanks that were filled in time.';
const fact = 'The valve V7 was opened by Dana Okafor at 14:05.';
const log = Array.from({ length: 240 }, (_, n) => (n === 150 ? fact : `${filler} (${n})`)).join(
  '\n\n',
);
const question = documentCall('Who opened the valve V7?', [{ title: 'shift.log', text: log }]);

const plan = {
  tasks: [{ id: 'who', question: 'Who opened the valve V7?', select: { by: 'all' } }],
  chunking: { by: 'paragraph', characters: 4000 },
};
const steps = [
  { id: 'pens', instruction: 'Work out what 4 pens at 3 euros cost.', type: 'number' },
  { id: 'books', instruction: 'Work out what 2 books at 12 euros cost.', type: 'number' },
  { id: 'sum', instruction: 'Add both.', needs: ['pens', 'books'], type: 'number' },
];

function jobAnswer(text: string): string {
  return text.includes(fact)
    ? JSON.stringify({ explanation: 'named', citation: fact, answer: 'Dana Okafor' })
    : JSON.stringify({ explanation: 'not there', citation: null, answer: null });
}

function stepAnswer(text: string): string {
  // The step stands behind the request, which names them all.
  const [, step = ''] = /(Work out what 4 pens|Work out what 2 books).*$/s.exec(text) ?? [];
  const result = text.includes('Add both') ? 36 : step.includes('pens') ? 12 : 24;
  return JSON.stringify({ result });
}

const played: readonly Played[] = [
  {
    title: 'Cascade',
    model: cascade({
      local: device(13, () => 'I am not sure.'),
      cloud: cloudy(12, () => 'Forty metres.'),
    }),
    call: userCall('How high is the mast?'),
  },
  {
    title: 'Router',
    model: router({
      local: device(2, () => 'ok'),
      cloud: cloudy(22, () => 'A proof follows.'),
      scorer: () => 0,
    }),
    call: userCall('Prove that there are infinitely many primes.'),
  },
  {
    title: 'MAKER',
    model: maker({
      planner: cloudy(12, () => JSON.stringify({ steps })),
      solver: device(7, stepAnswer),
      k: 2,
    }),
    call: userCall('Anna buys 4 pens at 3 euros and 2 books at 12. What does she pay?'),
  },
  {
    title: 'MINIONS',
    model: minions({
      local: device(6, jobAnswer),
      cloud: cloudy(11, text =>
        /<extract/.test(text) ? 'Dana Okafor [e1].' : JSON.stringify(plan),
      ),
      maxRounds: 1,
    }),
    call: question,
  },
  {
    title: 'Chain of Agents',
    model: chain({
      worker: device(4, text =>
        JSON.stringify({
          facts: text.includes(fact) ? [{ quote: fact }] : [],
          openQuestions: [],
        }),
      ),
      manager: cloudy(9, () => 'Dana Okafor [f1].'),
      windowTokens: 2600,
      unitTokens: 200,
    }),
    call: question,
  },
];

function watched(isTTY: boolean) {
  let screen = '';
  const lines: string[] = [];
  const stream = { isTTY, columns: 96, write: (text: string) => lines.push(text) };
  const streams = { stdout: stream, stderr: stream } as unknown as Pick<
    NodeJS.Process,
    'stdout' | 'stderr'
  >;
  const terminal = openTerminal({ ...streams, env: { NO_COLOR: '1' } });
  const kept = {
    ...terminal,
    progress(text: string) {
      screen = text;
    },
  };
  return { lines, screen: () => screen, ...watchRun(kept, { isTold: true }) };
}

async function transcript({ title, model, call }: Played): Promise<string> {
  const [plain, drawn] = [watched(false), watched(true)];
  const onEvent = (event: RunEvent) => {
    plain.onEvent?.(event);
    drawn.onEvent?.(event);
  };
  const screens: string[] = [];
  const timer = setInterval(() => screens.push(drawn.screen()), 1000);
  const answer = await run({ onEvent }, async () => model.doGenerate(call));
  clearInterval(timer);
  plain.stop();
  drawn.stop();
  const screen = screens[Math.floor(screens.length * 0.6)] ?? '';
  return [
    `## ${title}\n`,
    'A line at least every 10 s, where there is no terminal:\n',
    `\`\`\`text\n${plain.lines.join('').trim()}\n${textOf(answer)}\n\`\`\`\n`,
    'On a terminal, at one moment:\n',
    `\`\`\`text\n${screen.trimEnd()}\n\`\`\`\n`,
  ].join('\n');
}

const pages = await Promise.all(played.map(transcript));
const head =
  '# What a person sees while a pattern works\n\n' +
  'Written by `node tools/write-transcripts.ts`, from models that take seconds to answer. The ' +
  'same\nis told to programs by `run({ onEvent }, …)`, and over the gateway ([runs](runs.md)).\n';
writeFileSync(new URL('../docs/watching.md', import.meta.url), [head, ...pages].join('\n'));
