import type { LentLine } from './lend-lines.ts';

// What is kept at a gateway has a label that the line does not say.
const namesKept =
  /"(?:file_id|previous_response_id)":"|"conversation":["{]|"type":"item_reference"/;

/**
 * Tells whether a line is for this machine alone: a worker may be another one, and what may not
 * leave this one is answered here, and so is what names a file, a response, a conversation or an
 * item that is kept here.
 */
export function isForHere({ asker, line }: Pick<LentLine, 'asker' | 'line'>): boolean {
  const { label, mode } = (line.body.tandem ?? {}) as Partial<Record<'label' | 'mode', unknown>>;
  const { controls, catalogue } = asker;
  const said = [label, mode, controls.label, controls.mode, catalogue.policy.mode];
  return said.includes('local-only') || namesKept.test(JSON.stringify(line.body));
}
