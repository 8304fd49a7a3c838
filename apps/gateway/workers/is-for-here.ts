import { idsIn } from '../work/file-source.ts';
import type { LentLine } from './lend-lines.ts';

// What is kept of other requests has a label that the line does not say.
const goesOn = /"previous_response_id":"|"conversation":["{]|"type":"item_reference"/;
const isKept = /"id":"[a-z]{1,9}_[\da-f]{32}_|"tandem1\./;

/**
 * Tells whether a line is for this machine alone: a worker may be another one, and what may not
 * leave this one is answered here. That is what is `local-only` by what the line, its batch or the
 * gateway says, or by a file that it names, and all that goes on with what is kept here.
 */
export async function isForHere({
  asker,
  line,
}: Pick<LentLine, 'asker' | 'line'>): Promise<boolean> {
  const { label, mode } = (line.body.tandem ?? {}) as Partial<Record<'label' | 'mode', unknown>>;
  const { controls, catalogue, services, caller } = asker;
  const said = [label, mode, controls.label, controls.mode, catalogue.policy.mode];
  if (said.includes('local-only')) return true;
  const body = JSON.stringify(line.body);
  if (goesOn.test(body) || isKept.test(body)) return true;
  if (!body.includes('"file_id"')) return false;
  for (const id of idsIn(line.body)) {
    const file = await services.state.file(caller.name, id);
    if (file?.label === 'local-only') return true;
  }
  return false;
}
