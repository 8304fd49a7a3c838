import { describe, expect, it } from 'vitest';
import { collectStream } from '../../testing/double.ts';
import { scriptedModel } from '../../testing/scripted-model.ts';
import { userCall } from '../answer.ts';
import { direct } from '../pattern/direct.ts';
import { run } from '../run/scope-life.ts';
import { ApiCallError } from '../types.ts';

const busy =
  (headers: Record<string, string>, said = 'busy') =>
  () =>
    new ApiCallError({
      message: said,
      ...{ url: 'https://api.example/v1', requestBodyValues: {}, statusCode: 429 },
      ...{ responseHeaders: headers, isRetryable: true },
    });
const forms: readonly (readonly [string, ReturnType<typeof busy>])[] = [
  ['no second', busy({ 'retry-after': '0' })],
  ['nothing', busy({ 'retry-after': '' })],
  ['a time that is over', busy({ 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' })],
  ['a word', busy({ 'retry-after': 'soon' })],
  ['less than no second', busy({ 'retry-after': '-3' })],
  ['no second, in its words', busy({}, 'Please try again in 0s.')],
];

describe.each(['whole', 'streamed'])('a server that is busy, %s', way => {
  it.each(forms)(
    'is not asked again at once, though it names %s to wait',
    async (_name, failure) => {
      const leaf = scriptedModel([failure, failure, 'at last']);
      const begun = performance.now();
      await run({ retry: { baseMs: 60 } }, async () =>
        way === 'whole'
          ? direct(leaf).doGenerate(userCall('x'))
          : collectStream((await direct(leaf).doStream(userCall('x'))).stream),
      );
      // Half of 60 and of 120 ms at least.
      expect(performance.now() - begun).toBeGreaterThan(85);
      leaf.verify();
    },
  );
});
