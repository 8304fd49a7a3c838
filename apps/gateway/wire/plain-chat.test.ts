import fc from 'fast-check';
import { expect, it } from 'vitest';
import { chatRequest } from './chat-request.ts';
import { isPlainChat } from './plain-chat.ts';

const some = fc.oneof(
  fc.constantFrom<unknown>(
    '',
    'm',
    0,
    1,
    1.5,
    -1,
    2,
    3,
    1e20,
    true,
    null,
    undefined,
    [],
    {},
    ['m'],
    { role: 'user' },
  ),
  fc.double(),
  fc.string(),
);
const message = fc.record(
  {
    role: fc.oneof(
      fc.constantFrom('system', 'developer', 'user', 'assistant', 'tool', 'robot'),
      some,
    ),
    content: some,
  },
  { requiredKeys: [] },
);
const odd = fc.oneof(
  message,
  message.map(each => ({ ...each, name: 'x' })),
  some,
);
const fields = [
  'stream',
  'temperature',
  'top_p',
  'seed',
  'max_tokens',
  'max_completion_tokens',
  'user',
  'tools',
  'n',
];
const body = fc
  .tuple(
    fc.oneof(fc.constant('m'), some),
    fc.oneof(
      fc.array(fc.record({ role: fc.constantFrom('user', 'system'), content: fc.string() })),
      fc.array(odd),
      some,
    ),
    fc.dictionary(fc.constantFrom(...fields, 'other', 'toString'), some, { maxKeys: 3 }),
  )
  .map(
    ([model, messages, more]) =>
      JSON.parse(JSON.stringify({ model, messages, ...more })) as unknown,
  );

it('takes nothing that the schema refuses or reads otherwise', () => {
  let taken = 0;
  fc.assert(
    fc.property(body, given => {
      if (!isPlainChat(given)) return;
      taken++;
      expect(chatRequest.parse(given)).toEqual(given);
    }),
    { numRuns: 4000, seed: 5 },
  );
  expect(taken).toBeGreaterThan(100);
});

it('takes texts and numbers, and leaves all else to the schema', () => {
  const messages = [{ role: 'user', content: 'x' }];
  expect(isPlainChat({ model: 'm', messages, stream: true, temperature: 0.5, max_tokens: 5 })).toBe(
    true,
  );
  expect(
    isPlainChat({
      model: 'm',
      messages: [{ role: 'user', content: [{ type: 'text', text: 'x' }] }],
    }),
  ).toBe(false);
  expect(isPlainChat({ model: 'm', messages, tandem: { mode: 'local-only' } })).toBe(false);
  expect(
    isPlainChat(
      JSON.parse(`{"model":"m","messages":[{"role":"user","content":"x"}],"__proto__":{}}`),
    ),
  ).toBe(false);
});
