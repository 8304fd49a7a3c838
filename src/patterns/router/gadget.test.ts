import { describe, expect, it } from 'vitest';
import { decideByWeights } from '../../eval/router/router-decision.ts';
import { gadgetSearch } from '../../testing/gadget-search.ts';
import { defaultWeights } from './trained-scorer.ts';

const weights = defaultWeights();
const thresholds = { localFrom: 0.65, cloudBelow: 0.35 };
const places = [
  'the office',
  'my account',
  'the hotel in Rome',
  'our shop',
  'the city library',
  'the airport',
];
const asks = [
  'could you please tell me what time PLACE opens tomorrow and whether I can call somebody there ' +
    'before noon',
  'please remind me to write down the phone number of PLACE when I am back home and have my card ' +
    'with me',
  'what is the name of the person who works at PLACE and when was the last time that the address ' +
    'was changed',
  'translate this note about PLACE to Spanish for me: we will be there on Friday evening and ' +
    'stay until Sunday morning',
  'read the following paragraph about PLACE and say in one sentence what the guests should ' +
    'remember from it before they arrive',
];
const prompts = asks.flatMap(ask => places.map(place => ask.replace('PLACE', place)));
const vocabularyText =
  'python function algorithm theorem prove integral equation implement class array return ' +
  'compute matrix polynomial optimize recursion compile tensor lemma def int list string sort ' +
  'tree graph code regex sql numpy float loop tuple';
const vocabulary = vocabularyText.split(' ');

const share = (texts: readonly string[], isCloud: (text: string) => boolean) =>
  texts.filter(isCloud).length / texts.length;
const undefended = (text: string) => decideByWeights(weights, text).score < thresholds.cloudBelow;
const defended = (text: string) => decideByWeights(weights, text, thresholds).to === 'cloud';

describe('gadgets: a prefix of ten words, found by hill climbing with the scores at hand', () => {
  it('raise the cloud’s share by 10 points at most, and by far more without the defence', () => {
    const plain = gadgetSearch({
      prompts,
      vocabulary,
      urgency: text => decideByWeights(weights, text).scored.gain,
      trials: 250,
    });
    const adapted = gadgetSearch({
      prompts,
      vocabulary,
      urgency: text => decideByWeights(weights, text).scored.cappedGain,
      trials: 250,
    });
    const before = share(prompts, defended);
    const rise = (gadget: string, isCloud: (text: string) => boolean) =>
      share(
        prompts.map(prompt => `${gadget} ${prompt}`),
        isCloud,
      ) - before;
    expect(rise(plain, undefended)).toBeGreaterThan(0.5);
    expect(rise(plain, defended)).toBeLessThanOrEqual(0.1);
    expect(rise(adapted, defended)).toBeLessThanOrEqual(0.1);
  });
});
