// Code assistant: MAKER renames a list of functions one by one. The planner is scripted, the solver a simulation that
// errs in one of ten answers; votes cure it.
import { maker, textOf, userCall } from 'tandem';
import { scriptedModel, simulatedModel } from 'tandem/testing';

const names = ['getUser', 'loadOrders', 'sendMail'];
const steps = [
  ...names.map(name => ({ id: name, instruction: `Write ${name} in snake_case.` })),
  { id: 'all', instruction: 'List the new names.', needs: names, type: 'list' },
];
const plan = JSON.stringify({ steps });
const planner = scriptedModel([plan, plan], { modelId: 'scripted-planner', place: 'cloud' });

const snake = (name: string) => name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
const solver = simulatedModel({
  modelId: 'simulated-solver',
  accuracy: 0.9,
  truth: prompt => {
    const name = /Write (\w+) in snake_case/.exec(prompt.split('<step>')[1] ?? '')?.[1];
    return JSON.stringify({ result: name === undefined ? names.map(snake) : snake(name) });
  },
  wrong: () => ['{"result": "oops"}'],
});

const assistant = maker({ planner, solver, k: 3 });
const answer = await assistant.doGenerate(userCall(`Rename these functions to snake_case: ${names.join(', ')}.`));
console.log(textOf(answer), answer.providerMetadata?.tandem);
if (textOf(answer) !== JSON.stringify(names.map(snake))) process.exitCode = 1;
