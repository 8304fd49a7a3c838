import { describe, expect, it } from 'vitest';
import { ApiCallError } from '../../types.ts';
import { noteSecret } from './known-secrets.ts';
import { upstreamWords } from './upstream-words.ts';

const said = (message: string, requestBodyValues: unknown = {}) =>
  upstreamWords(new ApiCallError({ message, url: 'https://x.test', requestBodyValues }));

describe('what a server said of a failure', () => {
  it.each([
    'Incorrect API key provided: AZKEY0123456789abcdefXYZ.',
    'bad credentials "Zx81kQ0p9LmN27vbTT65"',
    'key tdm_abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG refused',
  ])('reaches a client without the key: %s', message => {
    expect(said(message)).toContain('[hidden]');
    expect(said(message)).not.toMatch(/AZKEY|Zx81|tdm_a/);
  });

  it.each([
    'no-such-team-pass-phrase-7',
    'the team: no such team pass phrase 7',
    'bad key no-such\u200b-team-pass\nphrase',
    'ｎｏ－ｓｕｃｈ－ｔｅａｍ－ｐａｓｓ',
    'half of it: NO-SUCH-TEAM-PASS',
    'Invalid password ab-cd-e',
  ])('reaches a client without a credential that was sent, however it is written: %s', words => {
    noteSecret('authorization', 'Bearer no-such-team-pass-phrase-7');
    noteSecret('x-api-key', 'ab-cd-e');
    const reply = said(`refused: ${words}.`);
    expect(reply).toMatch(/^refused: .*\[hidden\]/);
    expect(reply.normalize('NFKC')).not.toMatch(/such|phrase|ab-cd-e/i);
  });

  it('keeps words that a credential shares with a sentence', () => {
    noteSecret('authorization', 'Bearer sk-no-key-required-here');
    noteSecret('authorization', 'Bearer lm-studio');
    const message = 'LM Studio says: the key is required.';
    expect(said(message)).toBe(message);
  });

  it('keeps names of models and of fields', () => {
    const message =
      'The model meta-llama/Llama-3.3-70B-Instruct-Turbo has no max_completion_tokens';
    expect(said(message)).toBe(message);
  });

  it('holds no five words of the request in a row', () => {
    const request = { messages: [{ content: 'Anna Weber has been ill\nsince May 2024.' }] };
    const words = said(
      'cannot parse your prompt: "Anna Weber has been ill since May 2024."',
      request,
    );
    expect(words).toBe('cannot parse your prompt: "[…]."');
  });

  it('is cut at 300 characters', () => {
    expect(said('word '.repeat(500)).length).toBeLessThanOrEqual(300);
  });
});
