import { createHash } from 'node:crypto';
import {
  type HanoiState,
  hanoiPrompt,
  hanoiStart,
  hanoiTruth,
  isHanoiDone,
  isSameHanoi,
  parseHanoi,
} from '../../src/testing/index.ts';

/**
 * One step of a shortest solution of Towers of Hanoi, as a request to a model, with exact truth.
 */
export interface HanoiRequest {
  readonly id: string;
  readonly prompt: string;
  readonly group: string;
  readonly disks: number;
  readonly split: 'train' | 'cal' | 'test';
  readonly state: HanoiState;
}

/**
 * Lists the steps of the shortest solutions of 3 to 10 disks: 2,032 of them, split by a hash of the
 * prompt.
 */
export function hanoiRequests(): HanoiRequest[] {
  const requests: HanoiRequest[] = [];
  for (let disks = 3; disks <= 10; disks++) {
    let state = hanoiStart(disks);
    for (let step = 1; !isHanoiDone(state); step++) {
      const prompt = hanoiPrompt(state);
      requests.push({
        id: `${disks} disks, step ${step}`,
        prompt,
        group: `${disks} disks`,
        disks,
        split: splitOf(prompt),
        state,
      });
      state = hanoiTruth(state).next;
    }
  }
  return requests;
}

/** Whether an answer names the right move and the right state after it. */
export function isRightStep(state: HanoiState, text: string): boolean {
  const said = parseHanoi(state, text);
  if ('redFlag' in said) return false;
  const { action, next } = hanoiTruth(state);
  const { disk, from, to } = said.action;
  return (
    disk === action.disk && from === action.from && to === action.to && isSameHanoi(said.next, next)
  );
}

// A fifth fits the gate, two fifths set its threshold, two fifths test it.
function splitOf(prompt: string): HanoiRequest['split'] {
  const bucket = createHash('sha256').update(prompt).digest().readUInt32BE(0) % 5;
  return bucket === 0 ? 'train' : bucket < 3 ? 'cal' : 'test';
}
