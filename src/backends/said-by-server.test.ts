import { expect, it } from 'vitest';
import { wordsInBody } from './said-by-server.ts';

it.each<[string, unknown, string]>([
  ['OpenAI', { error: { message: 'No.', code: 'c', param: 'p' } }, 'No.'],
  ['Ollama', { error: 'does not support tools' }, 'does not support tools'],
  ['vLLM', { object: 'error', message: 'too long', code: 400 }, 'too long'],
  ['FastAPI', { detail: [{ loc: ['body', 'seed'], msg: 'extra' }] }, 'body.seed: extra'],
  ['FastAPI, short', { detail: 'Not Found' }, 'Not Found'],
  ['a proxy', { error_message: 'No.', status: 400 }, 'No.'],
  ['a list', { errors: [{ message: 'one' }, 'two'] }, 'one two'],
  [
    'OAuth',
    { error: 'invalid_client', error_description: 'No secret.' },
    'No secret. invalid_client',
  ],
  [
    'OpenRouter',
    { error: { message: 'Provider failed', metadata: { raw: 'why' } } },
    'Provider failed why',
  ],
  ['Gemini', [{ error: { message: 'bad', status: 'INVALID' } }], 'bad'],
])('reads what %s says', (_name, body, message) => {
  expect(wordsInBody(JSON.stringify(body)).message).toBe(message);
});

it('reads plain text of several lines, the title of a page, and nothing', () => {
  expect(wordsInBody('CUDA out\n  of memory').message).toBe('CUDA out of memory');
  const page = '<html><head><title>502 Bad Gateway</title></head></html>';
  expect(wordsInBody(page).message).toBe('502 Bad Gateway');
  expect(wordsInBody('').message).toBe('');
  expect(wordsInBody('x'.repeat(1_000_000)).message).toHaveLength(2000);
});

it('names the code and the field', () => {
  const said = wordsInBody('{"error":{"message":"m","code":"unsupported_value","param":"stop"}}');
  expect(said).toMatchObject({ code: 'unsupported_value', param: 'stop' });
  expect(wordsInBody('{"detail":[{"loc":["body","top_p"],"msg":"x"}]}').param).toBe('top_p');
});
