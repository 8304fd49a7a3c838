import { logprobMetadata, logprobsOf, type TokenLogprob } from '../../../src/entries/backends.ts';
import type { StreamPart } from '../../../src/index.ts';
import type { Choice } from './ask-model.ts';

type Delta = Extract<StreamPart, { type: 'text-delta' }>;

/**
 * Gives the text of an answer that comes in one piece, as a draft that was held does, in the pieces
 * of its log-probabilities, which come at its end. What streams goes on as it comes, one piece late
 * at most.
 */
export async function* weighedParts(parts: AsyncGenerator<Choice>): AsyncGenerator<Choice> {
  const held = new Map<number, [Delta, ...StreamPart[]]>();
  const streaming = new Set<number>();
  for await (const choice of parts) {
    const [index, part] = choice;
    const waiting = held.get(index);
    if (waiting && part.type === 'text-end') waiting.push(part);
    else if (waiting) {
      held.delete(index);
      streaming.add(index);
      for (const each of released(waiting, part)) yield [index, each];
      yield choice;
    } else if (part.type === 'text-delta' && !streaming.has(index) && !logprobsOf(part))
      held.set(index, [part]);
    else yield choice;
  }
  for (const [index, waiting] of held) yield* waiting.map((part): Choice => [index, part]);
}

function released([delta, ...rest]: [Delta, ...StreamPart[]], next: StreamPart): StreamPart[] {
  const tokens = next.type === 'finish' ? (logprobsOf(next) ?? []) : [];
  return [...piecesOf(delta, tokens), ...rest];
}

function piecesOf(delta: Delta, tokens: readonly TokenLogprob[]): Delta[] {
  if (tokens.map(({ token }) => token).join('') !== delta.delta) return [delta];
  return tokens.map(said => ({ ...delta, delta: said.token, ...withLogprob(said) }));
}

function withLogprob(said: TokenLogprob): Pick<Delta, 'providerMetadata'> {
  return { providerMetadata: logprobMetadata([said]) };
}
