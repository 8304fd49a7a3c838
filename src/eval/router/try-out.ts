import { nodeCrypto } from '../../model/node-crypto.ts';
import {
  type Fit,
  groupsDecide,
  leaveGroupsOut,
  seenBy,
  type UnseenRow,
} from '../calibration/leave-groups-out.ts';
import type { KeptThreshold } from '../saved-forms.ts';
import { leastSources } from '../statistics/three-outcomes.ts';
import type { FeaturedRow } from './fit-head.ts';

/** What a way of fitting said of rows that its weights had not seen. */
export interface TriedOut {
  /** The rows of the fifths that were held out, and how they were scored. */
  readonly held: readonly FeaturedRow[];
  readonly heldScores: readonly UnseenRow[];
  /** All rows, by weights of other groups; absent where that was not wanted. */
  readonly leftOut: readonly UnseenRow[] | undefined;
  /** What thresholds hold for. */
  readonly unit: KeptThreshold['unit'];
  /** The rows that thresholds are chosen on, of that unit, and how they were scored. */
  readonly judged: readonly FeaturedRow[];
  readonly unseen: readonly UnseenRow[];
  /** What ways of fitting are compared on: new groups where there are some, else new rows. */
  readonly compared: {
    readonly rows: readonly FeaturedRow[];
    readonly unseen: readonly UnseenRow[];
  };
}

const leastGroups = 3;
const fifths = 5;

/** Fits weights to parts of the rows and lets them score the others. */
export function tryOut(
  rows: readonly FeaturedRow[],
  fit: Fit,
  {
    measures: measuresLeftOut,
    compares,
  }: { readonly measures: boolean; readonly compares: boolean },
): TriedOut {
  const groups = new Set(rows.map(({ row }) => row.group)).size;
  const isQuick = !measuresLeftOut && groups >= leastGroups;
  const parts = fifthsHeldOut(rows).slice(0, isQuick ? 1 : fifths);
  const heldScores = parts.flatMap(part => scoredByOthers(rows, part, fit));
  const isMeasured = measuresLeftOut && groups >= leastGroups;
  const unit = groupsDecide(rows) || (isMeasured && groups >= leastSources) ? 'sources' : 'rows';
  const leftOut = unit === 'sources' || isMeasured ? leaveGroupsOut(rows, fit) : undefined;
  const held = parts.flat();
  const [judged, unseen] = unit === 'sources' ? [rows, leftOut!] : [held, heldScores];
  const choosing = leftOut ?? (isQuick && compares ? leaveGroupsOut(rows, fit) : undefined);
  const compared = choosing ? { rows, unseen: choosing } : { rows: held, unseen: heldScores };
  return {
    ...{ held, heldScores, leftOut: isMeasured ? leftOut : undefined },
    ...{ unit, judged, unseen, compared },
  };
}

function scoredByOthers(
  rows: readonly FeaturedRow[],
  held: readonly FeaturedRow[],
  fit: Fit,
): readonly UnseenRow[] {
  const isHeld = new Set(held);
  return held.map(
    seenBy(
      fit,
      rows.filter(each => !isHeld.has(each)),
    ),
  );
}

/** Parts rows into five by a hash of their prompts, the same for the same prompts. */
function fifthsHeldOut(rows: readonly FeaturedRow[]): FeaturedRow[][] {
  const ranked = rows
    .map(each => ({
      each,
      key: nodeCrypto().createHash('sha256').update(each.row.prompt).digest('hex'),
    }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const from = (part: number) => Math.floor((part * rows.length) / fifths);
  return Array.from({ length: fifths }, (_, part) =>
    ranked.slice(from(part), from(part + 1)).map(({ each }) => each),
  );
}
