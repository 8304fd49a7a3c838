/** What the names of queues of runs begin with. */
export const queuePrefix = 'runs';

/** Names a queue. What is needed stands in it: whoever has less never asks for it. */
export function queueFor(needs: readonly string[]): string {
  const encoded = needs.toSorted().map(need => Buffer.from(need).toString('base64url'));
  return [queuePrefix, ...encoded].join('/');
}

/** What whoever takes from a queue must have; undefined for one that is not of runs. */
export function needsOf(queue: string): readonly string[] | undefined {
  const [first, ...encoded] = queue.split('/');
  if (first !== queuePrefix) return undefined;
  return encoded.map(need => Buffer.from(need, 'base64url').toString());
}
