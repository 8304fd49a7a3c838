import { textOf } from '../../model/answer.ts';
import { gateByName } from './gate-by-name.ts';
import { statedValue } from './gates/worked-out.ts';
import { freeSignal, type Signal, type SignalByName } from './signal.ts';

const all: readonly (readonly [name: string, signal: Signal])[] = [
  ['characters', freeSignal(({ answer }) => textOf(answer).length)],
  /** Of the question too, so that it is no signal of an answer alone. */
  ['workedOut', statedValue],
  ...Object.values(gateByName).flatMap(({ signals }) => Object.entries(signals)),
];

/** The signals that come along: those of the draft alone, then those that cost local calls. */
export const signalByName: SignalByName = Object.fromEntries([
  ...all.filter(([, { isFree }]) => isFree),
  ...all.filter(([, { isFree }]) => !isFree),
]);
