import * as z from 'zod';
import type { Route } from '../exchange.ts';
import { notFound } from '../wire/problem.ts';

const examined = z.object({
  /** What was found, in rows of words; ✓ and ✗ stand before what is well and what is not. */
  sections: z.array(z.object({ title: z.string(), rows: z.array(z.array(z.string())) })),
  /** What is missing or in the way, with the command that mends it. */
  advice: z.array(z.object({ what: z.string(), command: z.string().optional() })),
  elapsedMs: z.number(),
});

/** Looks what a machine has and lacks. */
export type Examine = () => Promise<z.infer<typeof examined>>;

const heldMs = 30_000;

/** Looks once for all who ask within half a minute: a look asks servers, and may ask models. */
export function lookedAtOnce(examine: Examine): Examine {
  let last: { readonly atMs: number; readonly found: ReturnType<Examine> } | undefined;
  return () => {
    if (last && performance.now() - last.atMs < heldMs) return last.found;
    const found = examine();
    last = { atMs: performance.now(), found };
    found.catch(() => {
      last = undefined;
    });
    return found;
  };
}

export const examineMachine: Route = {
  method: 'get',
  path: '/v1/machine/examined',
  summary: 'Look for the model servers of this machine, what each can do, and what is missing.',
  scope: 'studio',
  replies: examined.extend({ object: z.literal('machine.examined') }),
  answer: 'Rows in the words of `tandem doctor`; 404 where the server was started by a program.',
  async handle({ services }) {
    const { examine } = services.studio;
    if (examine) return { body: { object: 'machine.examined', ...(await examine()) } };
    const message = 'This server does not look at its machine. Type `tandem doctor` there.';
    throw notFound(message, 'not_examined');
  },
};
