/**
 * The patterns that the gateway is examined with, over leaves whose answers depend on the call
 * alone.
 */
import {
  type Call,
  cascade,
  chain,
  documentCall,
  type LanguageModel,
  maker,
  minions,
  router,
  userCall,
  validator,
} from '../../../src/index.ts';
import { lastUserText, promptText, type Subject } from '../../../src/testing/index.ts';

type Models = Readonly<Record<string, LanguageModel>>;

const numberIn = (call: Call) => Number(/\d+/.exec(lastUserText(call))?.[0]);
const on = (text: string, question: string) =>
  documentCall(question, [{ title: 'file.txt', text }]);
const log = (n: number) =>
  [
    `The valve V${n} was left open.`,
    ...Array.from({ length: 90 }, (_, index) => `Entry ${index} of file ${n} tells nothing.`),
  ].join('\n');
const paper = (n: number) => {
  const filler = Array.from(
    { length: 6 },
    (_, index) =>
      `Paragraph ${index} of paper ${n} says nothing of use. ${'Filler text. '.repeat(25)}`,
  );
  filler.splice(4, 0, `The access code of paper ${n} is K${n}-77, as agreed.`);
  return filler.join('\n\n');
};
const jobs = JSON.stringify({
  tasks: [{ id: 'find', question: 'Which code is given?' }],
  chunking: { by: 'paragraph', characters: 500 },
});
const readPaper = (call: Call) => {
  const found = /The access code of paper \d+ is \S+,/.exec(lastUserText(call))?.[0];
  const answer = /K\d+-77/.exec(found ?? '')?.[0] ?? null;
  return JSON.stringify({ explanation: 'read', citation: found ?? null, answer });
};
const relay = (call: Call) => {
  const found = /The valve \S+ was left open\./.exec(lastUserText(call))?.[0];
  return JSON.stringify({ facts: found ? [{ quote: found }] : [], openQuestions: [] });
};

const cascadeSubject: Subject = {
  roles: {
    local: {
      place: 'device',
      reply: call => (numberIn(call) % 2 ? 'bad' : `answer ${numberIn(call)}`),
    },
    cloud: { place: 'cloud', reply: call => `answer ${numberIn(call)}` },
  },
  make: ({ local, cloud }: Models) =>
    cascade({ local: local!, cloud: cloud!, accept: validator(text => text.startsWith('answer')) }),
  call: n => userCall(`question ${n}`),
  isRight: (text, n) => text === `answer ${n}`,
};

const routerSubject: Subject = {
  roles: {
    local: { place: 'device', reply: call => `echo ${lastUserText(call)}` },
    cloud: { place: 'cloud', reply: call => `echo ${lastUserText(call)}` },
  },
  make: ({ local, cloud }: Models) =>
    router({
      local: local!,
      cloud: cloud!,
      scorer: text => [0.1, 0.9][Number(/\d+/.exec(text)?.[0]) % 2]!,
    }),
  call: n => userCall(`question ${n}`),
  isRight: (text, n) => text === `echo question ${n}`,
};

const minionsSubject: Subject = {
  roles: {
    local: { place: 'device', reply: readPaper },
    cloud: {
      place: 'cloud',
      reply: call =>
        promptText(call).includes('<documents>')
          ? jobs
          : `The code is ${/K\d+-77/.exec(lastUserText(call))?.[0] ?? 'missing'} [e1].`,
    },
  },
  make: ({ local, cloud }: Models) => minions({ local: local!, cloud: cloud! }),
  call: n => on(paper(n), `Which code does paper ${n} give?`),
  isRight: (text, n) => text === `The code is K${n}-77 [e1].`,
  ignored: { tools: [{ type: 'function', name: 'f', inputSchema: {} }] },
  overlapping: 30,
};

const chainSubject: Subject = {
  roles: {
    worker: { place: 'device', reply: relay },
    manager: {
      place: 'cloud',
      reply: call => `Because of ${/V\d+/.exec(lastUserText(call))?.[0] ?? 'nothing'} [f1].`,
    },
  },
  make: ({ worker, manager }: Models) =>
    chain({
      worker: worker!,
      manager: manager!,
      windowTokens: 1200,
      unitTokens: 100,
      outputTokens: 100,
    }),
  call: n => on(log(n), `Why did file ${n} overflow?`),
  isRight: (text, n) => text === `Because of V${n} [f1].`,
  ignored: { tools: [{ type: 'function', name: 'f', inputSchema: {} }] },
  overlapping: 30,
};

const makerSubject: Subject = {
  roles: {
    planner: {
      place: 'cloud',
      reply: () => JSON.stringify({ steps: [{ id: 'take', instruction: 'Take the number.' }] }),
    },
    solver: {
      place: 'device',
      reply: call =>
        JSON.stringify({ result: `answer ${/number (\d+)/.exec(promptText(call))?.[1]}` }),
    },
  },
  make: ({ planner, solver }: Models) => maker({ planner: planner!, solver: solver! }),
  call: n => userCall(`Take the number ${n}`),
  isRight: (text, n) => text === `answer ${n}`,
  ignored: { tools: [{ type: 'function', name: 'f', inputSchema: {} }] },
  overlapping: 60,
};

const nestedSubject: Subject = {
  roles: {
    worker: { place: 'device', reply: relay },
    manager: {
      place: 'device',
      reply: call => `Because of ${/V\d+/.exec(promptText(call))?.[0]}.`,
    },
    // A document's label keeps it from a cloud: what is refused goes to another model on the
    // device.
    cloud: {
      place: 'device',
      reply: call => `Because of V${/file (\d+)/.exec(lastUserText(call))?.[1]}.`,
    },
  },
  make: ({ worker, manager, cloud }: Models) =>
    cascade({
      local: chain({
        worker: worker!,
        manager: manager!,
        windowTokens: 1200,
        unitTokens: 100,
        outputTokens: 100,
      }),
      cloud: cloud!,
      // Every third answer is refused, so that both ways are examined.
      accept: validator(text => Number(/\d+/.exec(text)?.[0]) % 3 !== 0),
    }),
  call: n => on(log(n), `Why did file ${n} overflow?`),
  isRight: (text, n) => text === `Because of V${n}.`,
  overlapping: 20,
};

/** Every subject, by its pattern. */
export const subjects: Readonly<Record<string, Subject>> = {
  cascade: cascadeSubject,
  router: routerSubject,
  minions: minionsSubject,
  chain: chainSubject,
  maker: makerSubject,
  'cascade over chain': nestedSubject,
};
