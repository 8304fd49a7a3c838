import { jsonIn } from '../../../algorithms/text/json-in.ts';
import { requireRange, TandemError } from '../../../model/errors.ts';
import type { Task } from '../solve/task.ts';
import { valueIn } from './read-answer.ts';

/** An edit of a list; places count from 1. */
export type ListEdit =
  | { readonly edit: 'remove'; readonly at: number }
  | { readonly edit: 'insert'; readonly at: number; readonly item: string }
  | { readonly edit: 'replace'; readonly at: number; readonly item: string }
  | { readonly edit: 'move'; readonly at: number; readonly to: number };

// Clouds that hold a model to a schema take no bare list.
const listSchema = {
  type: 'object',
  properties: { list: { type: 'array', items: { type: 'string' } } },
  required: ['list'],
  additionalProperties: false,
};

/** Where a list of edits stands. */
export interface EditState {
  readonly items: readonly string[];
  /** Edits done. */
  readonly done: number;
}

/**
 * Carries out edits of a list one by one; the solver writes the list after each. @throws
 * TandemError `invalid_argument`
 * @example
 * ```ts
 * const task = listEditTask(['bread', 'milk'], [{ edit: 'insert', at: 2, item: 'eggs' }]);
 * ```
 */
export function listEditTask(
  items: readonly string[],
  edits: readonly ListEdit[],
): Task<EditState, readonly string[]> {
  let length = items.length;
  for (const edit of edits) length = lengthAfter(edit, length);
  return {
    name: `${edits.length} edits of a list of ${items.length}`,
    steps: edits.length,
    initial: { items, done: 0 },
    isDone: ({ done }) => done >= edits.length,
    wordings: 2,
    prompt: ({ items: now, done }, wording) => ({
      text: question(now, { edit: edits[done]!, wording }),
      schema: listSchema,
    }),
    parse: text => {
      const list = valueIn(text, 'list') ?? jsonIn(text);
      const isList = Array.isArray(list) && list.every(item => typeof item === 'string');
      return isList ? { action: list as string[] } : { redFlag: 'no list of texts' };
    },
    // What an edit can do to the length is known, whatever it does to the items.
    isLegal: ({ items: now, done }, list) =>
      list.length === lengthAfter(edits[done]!, now.length) || {
        redFlag: 'an item too many or too few',
      },
    apply: ({ done }, list) => ({ items: list, done: done + 1 }),
    truth: ({ items: now, done }) => edited(edits[done]!, now),
    key: list => JSON.stringify(list),
    answer: ({ items: now }) => now.join('\n'),
  };
}

function question(
  items: readonly string[],
  { edit, wording }: { readonly edit: ListEdit; readonly wording: number },
): string {
  const list = JSON.stringify(items);
  const numbered = items.map((item, index) => `${index + 1}. ${item}`).join('\n');
  const form = 'the whole new list, in JSON: {"list": [items]}.';
  return wording === 0
    ? `List: ${list}\n${says(edit)}\nAnswer with ${form}`
    : `These are the items of a list:\n${numbered}\n${says(edit)}\nGive ${form}`;
}

function says(edit: ListEdit): string {
  if (edit.edit === 'remove') return `Remove item ${edit.at}.`;
  if (edit.edit === 'insert')
    return `Insert ${JSON.stringify(edit.item)} so that it becomes item ${edit.at}.`;
  if (edit.edit === 'replace') return `Replace item ${edit.at} by ${JSON.stringify(edit.item)}.`;
  return `Move item ${edit.at} so that it becomes item ${edit.to}.`;
}

function edited(edit: ListEdit, items: readonly string[]): string[] {
  const list = [...items];
  const at = edit.at - 1;
  if (edit.edit === 'insert') list.splice(at, 0, edit.item);
  else if (edit.edit === 'replace') list[at] = edit.item;
  else {
    const [item] = list.splice(at, 1);
    if (edit.edit === 'move') list.splice(edit.to - 1, 0, item!);
  }
  return list;
}

function lengthAfter(edit: ListEdit, length: number): number {
  const most = edit.edit === 'insert' ? length + 1 : length;
  const advice = `The list has ${length} items then; places count from 1.`;
  if (most === 0)
    throw new TandemError('invalid_argument', `There is nothing left to ${edit.edit}. ${advice}`);
  requireRange('at', edit.at, [1, most], advice);
  if (edit.edit === 'move') requireRange('to', edit.to, [1, length], advice);
  if (edit.edit === 'insert') return length + 1;
  return edit.edit === 'remove' ? length - 1 : length;
}
