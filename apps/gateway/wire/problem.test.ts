import { describe, expect, it } from 'vitest';
import { TandemError } from '../../../src/index.ts';
import { problemOf } from './problem.ts';

const failed = (data: Record<string, unknown>) =>
  problemOf(new TandemError('model_failed', 'It failed.', { data }));

describe('what a model’s failure is to a client', () => {
  it.each([
    ['a prompt that does not fit', { failure: 'context_overflow' }, 400],
    ['a model that is not there', { failure: 'unknown_model', status: 404 }, 404],
    ['a picture for a model without', { failure: 'rejected', status: 400, name: 'messages' }, 400],
    ['a server that is not there', { failure: 'unavailable' }, 502],
  ])('%s: %o is %i', (_what, data, status) => {
    expect(failed(data)).toMatchObject({ status });
  });

  it('names the field at fault', () => {
    const found = failed({ failure: 'rejected', status: 400, name: 'tools' });
    expect(found.param).toBe('tools');
  });
});
