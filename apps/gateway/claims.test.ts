import { describe, expect, it } from 'vitest';
import { doubleOf, promptText } from '../../src/testing/index.ts';
import { jsonOf, startGateway, type TestGateway } from './start-gateway.ts';

const fee = 'The monthly service fee is 4,800 euros';
const filler = (at: number) =>
  `Paragraph ${at} is of no use. ${'Filler words stand here. '.repeat(8)}`;
const text = Array.from({ length: 60 }, (_, at) => (at === 31 ? `${fee}.` : filler(at))).join(
  '\n\n',
);
const question = 'What is the monthly service fee?';
const file = {
  filename: 'msa.txt',
  file_data: `data:text/plain;base64,${Buffer.from(text).toString('base64')}`,
};
const bodies = {
  '/v1/chat/completions': {
    messages: [
      {
        role: 'user',
        content: [
          { type: 'file', file },
          { type: 'text', text: question },
        ],
      },
    ],
  },
  '/v1/responses': {
    input: [
      {
        role: 'user',
        content: [
          { type: 'input_file', ...file },
          { type: 'input_text', text: question },
        ],
      },
    ],
  },
};

const worker = doubleOf({ modelId: 'small' }, given => {
  const found = promptText(given).includes(fee) ? fee : null;
  const facts = found ? [{ quote: found, fact: found }] : [];
  return { text: JSON.stringify({ citation: found, answer: found, facts }) };
});

async function started(said: string): Promise<TestGateway> {
  const cloud = doubleOf({ modelId: 'large', place: 'cloud' }, given => ({
    text: said.replace('ID', promptText(given).includes('[f1]') ? 'f' : 'e'),
  }));
  return startGateway({ local: worker, cloud });
}

// What a response says of itself: its own field, or that of the last event that has one.
async function tandemOf(gateway: TestGateway, path: keyof typeof bodies, body: object) {
  const response = await gateway.send(path, { ...bodies[path], ...body });
  if (!('stream' in body)) return (await jsonOf(response)).tandem;
  const events = (await response.text()).match(/^data: \{.*$/gm) ?? [];
  const said = events.map(line => JSON.parse(line.slice(6)));
  return said.map(({ tandem, response: whole }) => tandem ?? whole?.tandem).findLast(Boolean);
}

describe.each(Object.keys(bodies) as (keyof typeof bodies)[])('%s', path => {
  it.each(['minions', 'chain', 'auto'])('tells what %s could not support', async model => {
    for (const more of [{}, { stream: true }]) {
      await using wrong = await started('The fee is 6,250 euros [ID1].');
      const said = await tandemOf(wrong, path, { model, ...more });
      expect(JSON.stringify(said)).toContain('"unsupported":["The fee is 6,250 euros');
      expect(said.citations[0]).toMatchObject({ mediaType: 'text/plain', line: 63 });
      await using unknown = await started('The fee is 4,800 euros [ID7].');
      const flagged = await tandemOf(unknown, path, { model, ...more });
      expect(JSON.stringify(flagged)).toMatch(/"unknownIds":\["[ef]7"\]/);
    }
  });
});
