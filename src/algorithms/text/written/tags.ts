/** A tag of thinking, or a token of a chat template, at a place of a text. */
export interface Tag {
  readonly kind: 'open' | 'close' | 'end' | 'turn' | 'channel' | 'wrap';
  readonly length: number;
}

const names =
  '(?:[a-z]{2,12}[:_])?think|thinking(?:_process)?|thoughts?|reasoning|reflection|scratchpad' +
  '|ponder|inner_(?:monologue|thoughts?)|internal(?:_thoughts?)?';
const tokens =
  'think(?:ing)?|(?:begin|start)[_▁](?:of[_▁])?(?:think(?:ing)?|thought)' +
  '|(?:think|thought|reasoning)_(?:start|begin)|reasoning|thoughts?|inner_prefix';
const endTokens =
  '/(?:think(?:ing)?|reasoning|thoughts?)|end[_▁](?:of[_▁])?(?:think(?:ing)?|thought|reasoning)' +
  '|(?:think|thought|reasoning)_end|inner_suffix';
const open = new RegExp(
  String.raw`<(?:${names})\s{0,2}>|◁think▷|<[|｜](?:${tokens})[|｜]>` +
    String.raw`|<unused94>(?:thought\n)?|<\|channel>(?:thought\n)?`,
  'iy',
);
const bracketed = /\[THINK\]/y;
const closes =
  String.raw`</(?:${names})\s{0,2}>|\[/THINK\]|◁/think▷|<[|｜](?:${endTokens})[|｜]>` +
  String.raw`|<unused95>|<channel\|>`;
const close = new RegExp(closes, 'iy');
const channel = /(?:<\|start\|>\w{0,16}(?: to=[\w.-]{1,64} ?)?)?<\|channel\|>/y;
// What begins somebody's turn.
const turn = new RegExp(
  String.raw`<\|im_start\|>(?:\w{1,16}\n?)?|<\|start_header_id\|>\w{0,16}(?:<\|end_header_id\|>)?` +
    String.raw`|<(?:start_of_turn|\|turn)>(?:model|user)?\n?` +
    String.raw`|<\|(?:assistant|user|system|start)\|>` +
    String.raw`|\[INST\]|<｜(?:User|Assistant)｜>`,
  'y',
);
// What ends a turn, or says nothing; tokens of tools are no such.
const end = new RegExp(
  String.raw`<\|(?![\w-]{0,32}(?:tool|python|func))[\w-]{1,32}\|>|</?s>|<(?:end_of_turn|turn\|)>` +
    String.raw`|<(?:eos|bos|pad|unk|think ?/)>|\[/INST\]` +
    String.raw`|\[(?:BEGIN|END) FINAL RESPONSE\]\n?|<｜(?![^｜]{0,32}tool)[^｜]{1,32}｜>`,
  'y',
);
const partial = new RegExp(
  String.raw`(?:<\/?[a-z:_\d]{0,24}\s{0,2}[|/]?|<\|\/?[\w-]{0,32}\|?` +
    String.raw`|\[\/?[A-Z]{0,8}(?: [A-Z]{0,8}){0,2}` +
    String.raw`|◁\/?[a-z]{0,8}|<｜[^｜]{0,32}｜?)$`,
  'iy',
);

const kinds = [
  ['open', open],
  ['open', bracketed],
  ['close', close],
  ['channel', channel],
  ['turn', turn],
  ['end', end],
] as const;

/** Characters that a tag may begin with. */
export const tagStart = /[<[◁]/g;

/**
 * Reads the tag at a place; `partial` where what follows decides. Each pattern has a bounded
 * length.
 */
export function tagAt(text: string, at: number): Tag | 'partial' | undefined {
  // Most signs begin no tag, as the next character tells.
  const next = text[at + 1];
  if (next !== undefined && !/[\w/|｜]/.test(next)) return undefined;
  for (const [kind, pattern] of kinds) {
    pattern.lastIndex = at;
    const length = pattern.exec(text)?.[0].length;
    if (length !== undefined)
      return kind === 'open' && mayName(text, at + length) ? 'partial' : { kind, length };
  }
  if (text.length - at > 40) return undefined;
  partial.lastIndex = at;
  return partial.test(text) ? 'partial' : undefined;
}

// Gemma names the channel of a thought behind its token.
function mayName(text: string, from: number): boolean {
  const isNameless = /<unused94>$|<\|channel>$/.test(text.slice(Math.max(0, from - 12), from));
  return isNameless && 'thought\n'.startsWith(text.slice(from));
}

const closing = new RegExp(closes, 'gi');
const channelEnd = /<\|(?:end|return|call|start|channel)\|>/g;

/** Finds where thinking ends, from a place on; a mention of the tag in code ends nothing. */
export function thinkingEnd(
  text: string,
  from: number,
  isChannel: boolean,
): { readonly start: number; readonly end: number } | undefined {
  const pattern = isChannel ? channelEnd : closing;
  pattern.lastIndex = from;
  for (let found = pattern.exec(text); found; found = pattern.exec(text)) {
    const { index } = found;
    if (isChannel && /start|channel/.test(found[0])) return { start: index, end: index };
    if (text[index - 1] !== '`') return { start: index, end: index + found[0].length };
  }
  return undefined;
}
