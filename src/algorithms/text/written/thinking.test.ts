import { describe, expect, it } from 'vitest';
import { stretchesOf, thinkingReader, withoutThinking } from './thinking.ts';

const parted = (text: string) =>
  stretchesOf(text).map(({ kind, text: said }) => `${kind === 'text' ? 'T' : 'R'}:${said}`);

const streamed = (text: string, size: number) => {
  const reader = thinkingReader();
  const out: string[] = [];
  for (let at = 0; at < text.length; at += size)
    out.push(...reader.add(text.slice(at, at + size)).map(each => each.kind[0] + each.text));
  out.push(...reader.end().map(each => each.kind[0] + each.text));
  return out;
};
const joined = (parts: readonly string[], kind: string) =>
  parts
    .filter(part => part.startsWith(kind))
    .map(part => part.slice(1))
    .join('');

describe('a thought that begins in the middle of a text', () => {
  it.each([
    ['It is so. <think>Hm, what', 'It is so. ', 'Hm, what'],
    ['It is so.\n<think>\nHm', 'It is so.\n', '\nHm'],
    ['It is so\n\n<thinking>Hm', 'It is so\n\n', 'Hm'],
    ['It is so.<think>Right?</think>', 'It is so.', 'Right?'],
    ['It is so! <think>a</think>Yes. <think>b', 'It is so! Yes. ', 'ab'],
    ['It is so. <think>', 'It is so. ', ''],
  ])('is parted from it, closed or not, in pieces of any size: %j', (text, said, thought) => {
    for (const size of [1, 2, 3, 7, 100]) {
      const parts = streamed(text, size);
      expect([joined(parts, 't'), joined(parts, 'r')]).toEqual([said, thought]);
    }
    expect(withoutThinking(text)).toBe(said);
  });

  it.each([
    'Models write tags. <think> opens a thought.',
    'The <think>tag</think> is one.',
    'Use `<think>` here. `<think>a` is one.',
    'It is so: <think>a</think>',
    'A <thi. <thin',
    'The tag <think> is one. <think>It may be closed.',
  ])('is none where the tag is spoken of: %j', text => {
    for (const size of [1, 3, 100]) expect(joined(streamed(text, size), 't')).toBe(text);
  });
});

describe('a thought whose channel is named', () => {
  it.each([
    ['analysisI look.assistantfinalIt is so.', 'I look.', 'It is so.'],
    ['<|channel>thought\nI look.<channel|>It is so.', 'I look.', 'It is so.'],
    [
      '<|start|>assistant to=functions.weather<|channel|>commentary json<|message|>{"a":1}<|call|>',
      '',
      '<|tool_call|>weather{"a":1}',
    ],
    [
      'analysisI look.assistantcommentary to=functions.weather json{"a":1}',
      'I look.',
      '<|tool_call|>weather{"a":1}',
    ],
    [
      '<|channel|>commentary to=functions.a<|message|>{}<|call|><|start|>assistant<|channel|>' +
        'commentary to=functions.b<|message|>{}<|call|>',
      '',
      '<|tool_call|>a{}<|tool_call|>b{}',
    ],
    ['<|inner_prefix|>I look.<|inner_suffix|>It is so.', 'I look.', 'It is so.'],
    ['an analysis of it', '', 'an analysis of it'],
    ['analysis alone', '', 'analysis alone'],
    ['Analysis', '', 'Analysis'],
  ])('is parted from what is said, in pieces of any size: %j', (text, thought, said) => {
    for (const size of [1, 2, 3, 7, 100]) {
      const parts = streamed(text, size);
      expect([joined(parts, 'r'), joined(parts, 't')]).toEqual([thought, said]);
    }
  });
});

describe('thinking in a text', () => {
  it.each([
    ['<think>a</think>\n\nb', ['R:a', 'T:b']],
    ['<thinking>a</thinking>b', ['R:a', 'T:b']],
    [' <thought>a</thought> b', ['R:a', 'T:b']],
    ['<reasoning>a</reasoning>\nb', ['R:a', 'T:b']],
    ['[THINK]a[/THINK]b', ['R:a', 'T:b']],
    ['<scratchpad>a</scratchpad>b', ['R:a', 'T:b']],
    ['<inner_monologue>a</inner_monologue>b', ['R:a', 'T:b']],
    ['<longcat_think>a</longcat_think>b', ['R:a', 'T:b']],
    ['<mm:think>a</mm:think>b', ['R:a', 'T:b']],
    ['<think >a</think >b', ['R:a', 'T:b']],
    ['<|think|>a<|/think|>b', ['R:a', 'T:b']],
    ['<|reasoning_start|>a<|reasoning_end|>b', ['R:a', 'T:b']],
    ['b<|endoftext|>Human: c', ['T:b']],
    ['b<｜end▁of▁sentence｜>', ['T:b']],
    ['◁think▷a◁/think▷b', ['R:a', 'T:b']],
    ['<unused94>thought\na<unused95>b', ['R:a', 'T:b']],
    ['<|channel>thought\na<channel|>b', ['R:a', 'T:b']],
    ['<think>never closed', ['R:never closed']],
    ['<think>a<|im_end|>', ['R:a']],
    ['a\n</think>\n\nb', ['R:a\n', 'T:b']],
    [
      '<|channel|>analysis<|message|>hm<|end|>' +
        '<|start|>assistant<|channel|>final<|message|>B<|return|>',
      ['R:hm', 'T:B'],
    ],
    ['<|channel|>final<|message|>B', ['T:B']],
    ['analysisThe user asks.assistantfinalB', ['R:The user asks.', 'T:B']],
    ['<analysis>a</analysis>\n\nb', ['R:a', 'T:b']],
    ['<analysis>a</analysis>\n<answer>\nb</answer>\n', ['R:a', 'T:b', 'T:\n']],
    ['<think>a</think>\n<final_answer>b</final_answer>', ['R:a', 'T:b']],
    ['<think>a</think>\n<output>b', ['R:a', 'T:b']],
    ['<think>a</think>b</answer>', ['R:a', 'T:b']],
    ['<answer>b</answer>', ['T:b']],
    ['<think>a <think>x</think> y</think>b', ['R:a <think>x', 'R: y', 'T:b']],
    ['<think>\n<think>\na</think>\nb', ['R:\n<think>\na', 'T:b']],
    ['<think>a <scratchpad>x</scratchpad>b', ['R:a <scratchpad>x', 'T:b']],
    ['<thought_process>a</thought_process>b', ['R:a', 'T:b']],
    ['<think id="1">a</think>b', ['R:a', 'T:b']],
    ['[reasoning]a[/reasoning]b', ['R:a', 'T:b']],
    ['```thinking\na\n```\nb', ['R:a', 'T:b']],
    ['<|think_start|>a<|think_end|>b', ['R:a', 'T:b']],
    ['<｜begin▁of▁thinking｜>a<｜end▁of▁thinking｜>b', ['R:a', 'T:b']],
  ])('is parted from what is said: %j', (text, expected) => {
    expect(parted(text)).toEqual(expected);
  });

  it.each([
    ['b<|im_end|>', 'b'],
    ['b<|im_end|>\n<|im_start|>user\nmore', 'b'],
    ['<|im_start|>assistant\nb', 'b'],
    ['b<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nmore', 'b'],
    ['<start_of_turn>model\nb<end_of_turn>', 'b'],
    ['<|assistant|>b<|end|>', 'b'],
    ['b</s>', 'b'],
  ])('goes without the tokens of templates: %j', (text, expected) => {
    expect(withoutThinking(text)).toBe(expected);
  });

  it.each([
    'The `<think>` tag opens it, and `</think>` ends it.',
    'Models use <think> to think. Then </think> ends it.',
    'The token <|im_end|> ends a turn.',
    'Write ```\n<think>x</think>\n``` so.',
    '<s>old</s> new',
    'x < y, and a[0] <b>bold</b>',
    '[1] a footnote, ◁ a sign',
    '<analysis>a</analysis>',
    '<analysis><score>3</score></analysis>\n<next>1</next>',
    '[think] is a tag',
    '<output>1</output>',
    'The <answer> tag holds it.</answer>',
    '<details><summary>More</summary>text</details>\nb',
  ])('is not what merely speaks of it: %j', text => {
    expect(parted(text)).toEqual([`T:${text}`]);
  });

  it('is part of the answer where its caller asked for the tag', () => {
    for (const text of ['<analysis>a</analysis>b', '<think>a</think><answer>b</answer>']) {
      const said = stretchesOf(text, () => true).filter(({ kind }) => kind === 'text');
      expect(said.map(each => each.text).join('')).toMatch(/<a[\s\S]*<\/a/);
    }
  });

  it.each([1, 2, 5])('is parted in the same way from pieces of %i characters', size => {
    for (const text of [
      '<think>a b</think>\n\nc d<|im_end|>',
      '<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>B',
      'The `<think>` tag and a < b',
      '<think>open',
      '<analysis>a b</analysis>\n<answer>c</answer>',
      '<think>a <think>x</think> y</think>b',
      '<think>a</think>b</answer>',
    ]) {
      const parts = streamed(text, size);
      const whole = stretchesOf(text).map(each => each.kind[0] + each.text);
      expect(joined(parts, 't')).toBe(joined(whole, 't'));
      expect(joined(parts, 'r')).toBe(joined(whole, 'r'));
    }
  });

  it('holds back only what may still be a tag', () => {
    const reader = thinkingReader({ from: 'text' });
    expect(reader.add('hello there <')[0]?.text).toBe('hello there ');
    expect(reader.add('b> you')[0]?.text).toBe('<b> you');
  });

  it('may begin without a tag where that is known of a model', () => {
    const reader = thinkingReader({ from: 'hidden' });
    const parts = [...reader.add('a </th'), ...reader.add('ink>\nb'), ...reader.end()];
    expect(parts.map(({ kind, text }) => [kind, text])).toEqual([
      ['reasoning', 'a '],
      ['text', 'b'],
    ]);
    const none = thinkingReader({ from: 'hidden' });
    expect([...none.add('plain'), ...none.end()].map(({ kind }) => kind)).toEqual(['text']);
  });
});
