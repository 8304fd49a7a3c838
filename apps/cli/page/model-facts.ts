import type { Diagnosis } from '../../../src/entries/backends.ts';
import type { Style } from '../terminal.ts';

type ModelFound = Diagnosis['servers'][number]['models'][number];

/** What a model may be able to do, in the words of the page. */
const abilities = {
  logprobs: 'log-probabilities',
  tools: 'tools',
  images: 'images',
  jsonSchema: 'JSON schemas',
  samples: 'samples that differ',
  seed: 'seeds',
  n: 'several answers at once',
  streaming: 'streams',
  streamUsage: 'usage of streams',
} as const;

/**
 * Writes what a model can do as rows of a table: what it can, what it cannot, what is not known,
 * and by what its drafts are judged.
 */
export function modelFacts(
  { spec, capabilities, speed, signal, failure }: ModelFound,
  style: Style,
): string[][] {
  const name = style.accent(spec);
  if (failure !== undefined) return [[name, style.bad(failure)]];
  const having = (wanted: boolean | undefined) =>
    Object.entries(abilities)
      .filter(([key]) => capabilities[key as keyof typeof abilities] === wanted)
      .map(([, words]) => words)
      .join(', ');
  const { contextTokens, truncates } = capabilities;
  const context =
    contextTokens === undefined
      ? ''
      : `${contextTokens} tokens${truncates ? style.bad('; cuts what is longer, in silence') : ''}`;
  const rows: readonly (readonly [string, string])[] = [
    [style.good('can'), having(true)],
    [style.bad('cannot'), having(false)],
    [style.dim('unknown'), having(undefined)],
    [style.dim('context'), context],
    [style.dim('speed'), speedOf(speed)],
    [style.dim('drafts'), `judged by ${signal}`],
  ];
  const told = rows.filter(([, facts]) => facts !== '');
  return told.map(([title, facts], at) => [at === 0 ? name : '', title, facts]);
}

function speedOf(speed: ModelFound['speed']): string {
  if (!speed) return '';
  const { firstTokenMs, tokensPerSecond } = speed;
  const then = tokensPerSecond === undefined ? '' : `, then ${tokensPerSecond} tokens a second`;
  return `first token after ${firstTokenMs} ms${then}`;
}
