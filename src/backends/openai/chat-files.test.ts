import { describe, expect, it } from 'vitest';
import type { FilePart } from '../../model/types.ts';
import { filePart } from './chat-files.ts';

const facts = { model: 'vllm:m', names: ['vllm', 'server'] };
const file = (mediaType: string, data: FilePart['data']): FilePart => ({
  type: 'file',
  mediaType,
  data,
});
const at = (url: string) => ({ type: 'url' as const, url: new URL(url) });

describe('files of a prompt', () => {
  it('that an address holds itself are sent as data', () => {
    const pdf = file('application/pdf', at('data:application/pdf;base64,JVBERi0='));
    expect(filePart(pdf, facts)).toEqual({
      type: 'file',
      file: { filename: 'document.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' },
    });
    expect(filePart(file('text/plain', at('data:text/plain,na%C3%AFve%2C1')), facts)).toEqual({
      type: 'text',
      text: 'naïve,1',
    });
  });

  it('of data formats that are text are sent as text', () => {
    const json = file('application/json', {
      type: 'data',
      data: new TextEncoder().encode('{"a":1}'),
    });
    expect(filePart(json, facts)).toEqual({ type: 'text', text: '{"a":1}' });
    const xml = file('application/atom+xml', { type: 'data', data: btoa('<a/>') });
    expect(filePart(xml, facts)).toEqual({ type: 'text', text: '<a/>' });
  });

  it.each<[string, FilePart, string]>([
    ['a sound at an address', file('audio/wav', at('https://x.example/a')), 'Send its bytes'],
    [
      'a sound of another kind',
      file('audio/ogg', { type: 'data', data: 'AAEC' }),
      'Convert it to WAV or MP3',
    ],
    ['a PDF at an address', file('application/pdf', at('https://x.example/a')), 'Send its bytes'],
    [
      'an archive',
      file('application/zip', { type: 'data', data: 'AAEC' }),
      'Send its text, or a PDF',
    ],
    [
      'a type that nothing tells',
      file('image', { type: 'data', data: 'AAEC' }),
      'Say its whole type',
    ],
    [
      'a file elsewhere',
      file('image/png', { type: 'reference', reference: { google: '1' } }),
      'sent to google',
    ],
  ])(
    'that no such server takes are refused, so that another model may answer: %s',
    (_name, part, advice) => {
      expect(() => filePart(part, facts)).toThrow(advice);
      try {
        filePart(part, facts);
      } catch (error) {
        expect(error).toMatchObject({
          code: 'model_failed',
          data: { failure: 'rejected', modelId: 'vllm:m' },
        });
      }
    },
  );
});
