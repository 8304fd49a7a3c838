// What stands in the names of marks for calls, and in those for what a tool answered.
const called = '(?:tool|func|call|invoke|plugin|mcp|python)';
const answered = '(?:[\\w:.▁-]{0,24}(?:respon|result|output))';

/** A tag or a token that begins a call, but for those that take a name along. */
export const callTag =
  String.raw`<(?!/|${answered})[\w:.-]{0,24}?(?:tool|TOOL|func|FUNC|call)[\w:.-]{0,24}` +
  String.raw`(?:\s+name=|>|=)|<invoke(?:=| name=)` +
  String.raw`|<[|｜](?!${answered})[\w▁-]{0,24}?${called}[\w▁-]{0,24}[|｜]?>`;

/** A mark in brackets that begins a call. */
export const callBracket =
  String.raw`\[(?:TOOL|FUNCTION|tool|function)_` +
  String.raw`(?:CALLS?|REQUEST|USE|calls?|request|use)(?:\]|:)`;

/** Words that stand before a call, at the beginning of a line. */
export const callLabel =
  String.raw`(?:^|\n)[ \t*#]{0,8}(?:(?:(?:TOOL|FUNCTION|Tool|Function)[ _]?)?` +
  '(?:CALL|Call|call|Calling|calling|Request)|assistant|json|tool_call)' +
  String.raw`(?: (?:the )?(?:tool|function))?:?\*{0,2}:?\s{1,8}(?:\x60{3}\w{0,16}\s{0,8})?` +
  String.raw`(?=\{|[A-Za-z_][\w.]{0,64}(?:\(|\s{0,4}\{| with ))`;

const spaced =
  /<(\/?)(?:[\w-]{1,16}:|｜[\w-]{1,16}｜)(?=(?:function_calls?|invoke|parameter|tool_call)\b)/g;

/** The text with marks whose names stand in a space of names, without those. */
export function withoutNamespaces(text: string): string {
  if (!text.includes('<')) return text;
  return text.replace(spaced, '<$1').replace(/" string="(?:true|false)">/g, '">');
}
