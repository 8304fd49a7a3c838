import { exactGrader, type LabelRow, rowOfRun } from '../../../src/entries/eval.ts';
import type { FileJournal } from '../../../src/entries/runs.ts';

const isSame = exactGrader();

/**
 * Makes labelled rows of rated runs. Readers saw one answer: of the other is known whether it means
 * the same. Else a draft that was replaced by a liked answer counts as wrong, and the larger model
 * as right where the draft was shown; what neither tells is left out.
 */
export async function ratedRows(journal: FileJournal): Promise<LabelRow[]> {
  const rows: LabelRow[] = [];
  for (const { run: id, rating, prompt } of await journal.ratings()) {
    const { place, title, baseline } = await journal.show(id);
    const row = rowOfRun({ id, prompt: prompt ?? title ?? '' }, await journal.answers(id));
    if (!row || row.prompt === '') continue;
    const isLiked = rating === 'up' ? 1 : 0;
    const labelled =
      place === 'cloud'
        ? await cloudShown(row, isLiked)
        : draftShown(row, isLiked, baseline ?? undefined);
    if (labelled) rows.push(labelled);
  }
  return rows;
}

function draftShown(row: LabelRow, correct: number, model: string | undefined): LabelRow {
  return {
    ...row,
    local: { ...row.local, correct },
    cloud: { ...(model !== undefined && { model }), ...row.cloud, correct: 1 },
  };
}

async function cloudShown(row: LabelRow, correct: number): Promise<LabelRow | undefined> {
  const { prompt, local, cloud } = row;
  const reference = cloud?.answer;
  const same = await isSame({ prompt, answer: local?.answer ?? '', reference });
  if (same === 1) return labelledAs(row, correct, correct);
  return correct === 1 ? labelledAs(row, 0, 1) : undefined;
}

function labelledAs(row: LabelRow, local: number, cloud: number): LabelRow {
  return {
    ...row,
    local: { ...row.local, correct: local },
    cloud: { ...row.cloud, correct: cloud },
  };
}
