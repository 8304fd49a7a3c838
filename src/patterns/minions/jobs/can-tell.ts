import { yesOrNo } from '../../../algorithms/text/answer-core.ts';
import { textOf } from '../../../model/answer.ts';
import { TandemError } from '../../../model/errors.ts';
import { capabilitiesOf, discover } from '../../../model/leaf/model/capabilities.ts';
import type { As } from '../../../model/run/scope.ts';
import type { Answer, Call, LanguageModel } from '../../../model/types.ts';
import { heldCall, shownOf } from './job-call.ts';
import type { Job } from './jobs.ts';

const room =
  'The reading room is closed on Mondays. Whoever returns a book late pays ten cents a day.';
const ferry =
  'The ferry was built in Gdansk and carries 40 cars. It was painted anew in the spring.';
// Those that are answered come first: most models that cannot tell say no to all.
const probes: readonly (readonly [text: string, question: string, isHeld: boolean])[] = [
  [room, 'What does it cost to bring a book back too late?', true],
  [ferry, 'How many cars fit on the ferry?', true],
  [ferry, 'Who is the captain of the ferry?', false],
  [room, 'In which year was the reading room opened?', false],
];

type Asking = (model: LanguageModel, call: Call, as?: As) => Promise<Answer>;

/**
 * Tells whether a worker can say of a text if it holds an answer, by texts of which that is known;
 * it is asked once and kept with the model. The first wrong word ends it.
 */
export async function canTell(ask: Asking, worker: LanguageModel): Promise<boolean> {
  const known = capabilitiesOf(worker).tellsHeld;
  if (known !== undefined) return known;
  for (const [index, [text, question, isHeld]] of probes.entries()) {
    const said = await saidOf(ask, worker, { text, question, id: `can it tell ${index + 1}` });
    if (said === isHeld) continue;
    discover(worker, { tellsHeld: false });
    return false;
  }
  discover(worker, { tellsHeld: true });
  return true;
}

/** Asks a worker that can tell whether its chunk holds the answer. */
export async function isHeld(
  ask: Asking,
  worker: LanguageModel,
  job: Pick<Job, 'id' | 'passage' | 'task'>,
): Promise<boolean> {
  const { id, passage, task } = job;
  const asked = { text: shownOf(passage), question: task.question, id: `${id} does it say` };
  return (await saidOf(ask, worker, asked)) === true;
}

async function saidOf(
  ask: Asking,
  worker: LanguageModel,
  { text, question, id }: { text: string; question: string; id: string },
): Promise<boolean | undefined> {
  try {
    const word = textOf(await ask(worker, heldCall(text, question), { id }));
    return yesOrNo(word.replace(/^\W+(?=\p{L})/u, ''));
  } catch (error) {
    if (TandemError.isInstance(error) && error.code === 'model_failed') return undefined;
    throw error;
  }
}
