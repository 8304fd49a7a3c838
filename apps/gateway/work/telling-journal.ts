import type { Journal, RunBegin, RunEnd, RunJournal } from '../../../src/entries/runs.ts';
import type { ToldEvent } from './runs.ts';

/** A journal of which a client may follow what it is told. */
export function tellingJournal(
  journal: Journal,
  tell: (type: ToldEvent['type'], facts: object) => void,
  isLeft: () => boolean,
): Journal {
  const begin = (run: RunBegin) => {
    const record = telling(journal.begin(run), tell);
    // One that is left for others has no end.
    return { ...record, end: (ended: RunEnd) => (isLeft() ? undefined : record.end(ended)) };
  };
  return { ...journal, begin };
}

function telling(
  record: RunJournal,
  tell: (type: ToldEvent['type'], facts: object) => void,
): RunJournal {
  return {
    ...record,
    async intend(event, prompt) {
      const { modelId: destination, purpose, characters, masked, label } = event;
      await record.intend(event, prompt);
      tell('egress', { destination, purpose, characters, masked, label });
    },
    async record(step) {
      const { trail, span, answer } = step;
      const { modelId: model, place, tokens, costUsd, durationMs } = span;
      await record.record(step);
      tell('call', {
        trail,
        model,
        place,
        tokens,
        costUsd,
        durationMs,
        isFinished: answer !== undefined,
      });
    },
    read(document) {
      const { title, characters, label } = document;
      record.read(document);
      tell('document', { title, characters, label });
    },
    decide(decision) {
      const { answeredBy, place, reason, confidence, coverage } = decision.summary;
      record.decide(decision);
      tell('decision', { trail: decision.trail, answeredBy, place, reason, confidence, coverage });
    },
  };
}
