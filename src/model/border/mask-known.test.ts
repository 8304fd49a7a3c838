import { expect, it } from 'vitest';
import { userCall } from '../answer.ts';
import { placeholdersOf } from '../leaf/masking/placeholders.ts';
import { maskKnown } from './mask-known.ts';

it.each([
  ['in their own spelling', 'call Anna Weber Bau now'],
  ['in another spelling', 'call ANNA-WEBER-BAU now'],
  ['the longer one first', 'call Weber Bau Anna Weber now'],
])('values that overlap leave nothing of each other in clear, %s', async (_, text) => {
  const placeholders = placeholdersOf(() => 'secret');
  await placeholders.ready();
  for (const value of ['Anna Weber', 'Weber Bau']) placeholders.placeholderOf(value, 'NAME');
  const { call, sent } = await maskKnown(userCall(text), placeholders);
  const said = JSON.stringify(call.prompt);
  expect(said).toMatch(/call MASKED_NAME_\w+( MASKED_NAME_\w+)? now/);
  expect(said).not.toMatch(/anna|weber|bau/i);
  for (const placeholder of sent) expect(said).toContain(placeholder);
});
