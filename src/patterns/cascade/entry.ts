import * as z from 'zod';
import { type PatternEntry, patternEntry } from '../../model/pattern-entry.ts';
import { cascade } from './cascade.ts';
import { defaultGate } from './default-gate.ts';
import type { Gate } from './gate.ts';
import { agreement } from './gates/agreement.ts';
import { all } from './gates/combine.ts';
import { complete } from './gates/complete.ts';
import { confident } from './gates/confident.ts';
import { retrieval } from './gates/retrieval.ts';
import { selfReport } from './gates/self-report.ts';

const options = z.strictObject({
  gate: z.enum(['default', 'agreement', 'confident', 'retrieval', 'self-report']).optional(),
  threshold: z.number().min(0).max(1).optional(),
  samples: z.number().int().min(2).max(25).optional(),
  offline: z.enum(['degrade', 'fail']).optional(),
});

/** The cascade as configuration knows it. */
export const cascadeEntry: PatternEntry = patternEntry({
  summary: 'the local model drafts, a gate judges, the cloud answers what was refused',
  moreRoles: [],
  options,
  make: ({ local, cloud }, { offline, ...given }) =>
    cascade({ local, cloud, accept: gateOf(given), ...(offline && { offline }) }),
});

function gateOf({ gate, threshold, samples }: z.infer<typeof options>): Gate {
  const at = threshold === undefined ? {} : { threshold };
  if (gate === 'confident') return all(complete(), confident(at));
  if (gate === 'retrieval') return all(complete(), retrieval(at));
  if (gate === 'self-report') return all(complete(), selfReport(at));
  if (gate === 'agreement' || threshold !== undefined || samples !== undefined) {
    return all(complete(), agreement({ ...at, ...(samples && { samples }) }));
  }
  return defaultGate();
}
