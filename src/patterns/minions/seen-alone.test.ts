import { expect, it } from 'vitest';
import { seenAlone } from './seen-alone.ts';

const seen = {
  question: 'How much is the refund of the deposit?',
  texts: ['The refund of the deposit comes to 287.65 dollars.'],
};
const kept = (feedback: string, scratchpad = '') =>
  seenAlone({ round: 1, feedback, scratchpad }, seen);

it.each([
  'The document does not mention any refund.',
  'There is no mention of vacation days.',
  'Das Dokument erwähnt keine Urlaubstage.',
  'Davon steht nirgends etwas.',
  'Le texte ne précise pas le montant.',
  'No se menciona el reembolso.',
  '文档没有提到押金。',
  'The document says the refund is paid by the council.',
  'The refund is 12 dollars.',
])('a note says nothing of text that its writer never saw: %s', said => {
  expect(kept(said, said)).toEqual({ round: 1, feedback: '', scratchpad: '' });
  expect(kept(`The date of payment is missing. ${said}`).feedback).toBe(
    'The date of payment is missing.',
  );
});

it('a note may say what is missing, and what the extracts say', () => {
  const feedback = 'Look for the date of payment, near e1.';
  expect(kept(feedback).feedback).toBe(feedback);
  const scratchpad = 'The refund of the deposit is 287.65 dollars.';
  expect(kept('', scratchpad).scratchpad).toBe(scratchpad);
});
