import { describe, expect, it } from 'vitest';
import { jsonIn } from '../json-in.ts';
import { callWatcher } from './call-watcher.ts';
import { stretchesOf } from './thinking.ts';
import { writtenCalls } from './written-calls.ts';

const tools = [
  {
    name: 'weather',
    inputSchema: {
      type: 'object',
      properties: { city: { type: 'string' }, days: { type: 'number' } },
      required: ['city'],
      additionalProperties: false,
    },
  },
  { name: 'sum', inputSchema: { type: 'object', properties: { of: { type: 'string' } } } },
];
const call = '{"name": "weather", "arguments": {"city": "Oslo"}}';
const fence = '```';

describe('a tool call that was written as text', () => {
  it.each([
    ['bare', call],
    ['with parameters', '{"name":"weather","parameters":{"city":"Oslo"}}'],
    ['with an input', '{"tool":"weather","input":{"city":"Oslo"}}'],
    ['with JSON in a text', '{"name":"weather","arguments":"{\\"city\\":\\"Oslo\\"}"}'],
    ['in OpenAI’s form', `{"type":"function","function":${call}}`],
    ['with a tool and its input', '{"tool":"weather","tool_input":{"city":"Oslo"}}'],
    ['in a list', `[${call}]`],
    ['in a fence', `${fence}json\n${call}\n${fence}`],
    ['in an open fence', `${fence}\n${call}`],
    ['in marks', `<tool_call>\n${call}\n</tool_call>`],
    ['in marks that stay open', `<tool_call>\n${call}`],
    ['as Phi-4 writes it', `functools[${call}]`],
    ['as Phi-4 mini writes it', `<|tool_call|>[${call}]<|/tool_call|>`],
    ['as Mistral writes it', `[TOOL_CALLS] [${call}]`],
    ['as newer Mistral write it', '[TOOL_CALLS]weather[ARGS]{"city":"Oslo"}'],
    ['as a named function', '<function=weather>{"city":"Oslo"}</function>'],
    [
      'as Qwen-Coder writes it',
      '<tool_call>\n<function=weather>\n<parameter=city>\nOslo\n</parameter>' +
        '\n</function>\n</tool_call>',
    ],
    ['as Llama writes it', `<|python_tag|>${call}`],
    ['as a program', `<|python_tag|>weather.call(city="Oslo")`],
    ['as Gemma writes it', `${fence}tool_code\nprint(weather(city="Oslo"))\n${fence}`],
    ['with braces of a template', '{{"name": "weather", "arguments": {{"city": "Oslo"}}}}'],
    ['as a function with an object', 'weather({"city":"Oslo"})'],
    ['as a function with names', "weather(city='Oslo')"],
    ['loosely', "{'name': 'weather', 'arguments': {'city': 'Oslo',},}"],
    ['behind words', `I will look.\n\n${fence}json\n${call}\n${fence}`],
    ['before words', `${fence}json\n${call}\n${fence}\n\nI will tell you then.`],
    [
      'as GLM writes it',
      '<tool_call>weather\n<arg_key>city</arg_key>\n<arg_value>Oslo</arg_value>',
    ],
    [
      'as a small Gemma writes it',
      '<start_function_call>call:weather{city:<escape>Oslo<escape>}<end_function_call>',
    ],
    ['as a larger Gemma writes it', '<|tool_call>call:weather{city:<|"|>Oslo<|"|>}<tool_call|>'],
    [
      'as DeepSeek writes it',
      `<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>weather\n${fence}json\n` +
        `{"city":"Oslo"}\n${fence}<｜tool▁call▁end｜><｜tool▁calls▁end｜>`,
    ],
    [
      'as a newer DeepSeek writes it',
      '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>weather<｜tool▁sep｜>{"city":"Oslo"}' +
        '<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
    ],
    [
      'as Command R acts',
      `Action: ${fence}json\n[{"tool_name": "weather", "parameters": {"city": "Oslo"}}]\n${fence}`,
    ],
    ['as an agent acts', 'Action: weather\nAction Input: {"city": "Oslo"}'],
    [
      'as an agent reasons, acts and makes up what it saw',
      'Thought: I look.\nAction: weather\nAction Input: {"city": "Oslo"}\nObservation: 4 degrees',
    ],
    ['in other marks', `<TOOLCALL>[${call}]</TOOLCALL>`],
    ['in the marks of a list of tools', `<tools>${call}</tools>`],
    ['as InternLM writes it', `<|action_start|><|plugin|>${call}<|action_end|>`],
    ['as an older Qwen writes it', '✿FUNCTION✿: weather\n✿ARGS✿: {"city":"Oslo"}'],
    ['by its name and its input', 'Tool: weather\nInput: {"city":"Oslo"}'],
    ['without its last brace', `<tool_call>${call.slice(0, -1)}</tool_call>`],
    [
      'as DeepSeek writes it',
      '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>weather\n' +
        `${fence}json\n{"city":"Oslo"}\n${fence}<｜tool▁call▁end｜><｜tool▁calls▁end｜>`,
    ],
    [
      'as a newer DeepSeek writes it',
      '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>weather<｜tool▁sep｜>{"city":"Oslo"}' +
        '<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
    ],
    ['as a use of a tool', '{"tool_use":{"name":"weather","input":{"city":"Oslo"}}}'],
    ['with its name in the mark', `<tool_call name="weather">{"city":"Oslo"}</tool_call>`],
    ['with its name in a mark', '<tool>weather</tool><input>{"city":"Oslo"}</input>'],
    ['as a tag of its tool', '<weather><city>Oslo</city></weather>'],
    ['as an empty tag of its tool', '<weather city="Oslo"/>'],
    ['in other words of JSON', '{"method":"weather","params":{"city":"Oslo"}}'],
    ['in a message', `{"jsonrpc":"2.0","method":"tools/call","params":${call}}`],
    ['as the only action', `{"actions":[${call}]}`],
    ['behind its name', 'weather: {"city":"Oslo"}'],
    ['as a command', '/weather {"city":"Oslo"}'],
    ['in words', 'Calling weather with {"city":"Oslo"}'],
    ['behind a label', `Tool call: ${call}`],
    ['as an action with a text', 'Action: weather[Oslo]'],
    ['as an action with names', 'Action: weather(city="Oslo")'],
    ['in bold', '**Action:** weather\n**Action Input:** {"city":"Oslo"}'],
    ['in a program', `${fence}python\nresult = weather(city="Oslo")\nprint(result)\n${fence}`],
    ['in a script', `${fence}ts\nawait weather({ city: "Oslo" });\n${fence}`],
    ['as a list of keys', 'name: weather\narguments:\n  city: Oslo'],
    ['as a request', `[TOOL_REQUEST]${call}[END_TOOL_REQUEST]`],
    ['without its brace', call.slice(0, -1)],
    ['behind a word', `Sure! ${call}`],
    ['in marks of a family', `<longcat_tool_call>${call}</longcat_tool_call>`],
    ['in marks of a space of names', `<minimax:tool_call>${call}</minimax:tool_call>`],
    ['with a key in other letters', '{"name": "weather", "arguments": {"City": "Oslo"}}'],
  ])('is read %s', (_how, text) => {
    const read = writtenCalls(text, tools);
    expect(read).toMatchObject({
      isFaulty: false,
      calls: [{ name: 'weather', input: { city: 'Oslo' } }],
    });
  });

  it('may be one of several', () => {
    const texts = [
      `<tool_call>${call}</tool_call>\n<tool_call>${call}</tool_call>`,
      `[${call}, {"name":"sum","arguments":{"of":"1 2"}}]`,
      `${call}\n${call}`,
      `${fence}json\n${call}\n${fence}\nand\n${fence}json\n${call}\n${fence}`,
      '[weather(city="Oslo"), sum(of="1")]',
    ];
    for (const text of texts) expect(writtenCalls(text, tools)?.calls, text).toHaveLength(2);
  });

  it('has numbers made of texts where its schema wants numbers, and nowhere else', () => {
    const text = '{"name":"weather","arguments":{"city":"12","days":"3"}}';
    expect(writtenCalls(text, tools)?.calls[0]?.input).toEqual({ city: '12', days: 3 });
  });

  it.each([
    ['of a tool that there is not', '{"name":"stocks","arguments":{"of":"x"}}'],
    ['whose input breaks the schema', '{"name":"weather","arguments":{"city":["Lima","Rome"]}}'],
    ['that lacks a key', `${fence}json\n{"name":"weather","arguments":{}}\n${fence}`],
    ['that is no JSON', '<tool_call>\n{"name": "weather", "arguments": {"city":\n</tool_call>'],
    ['with the schema for an input', '{"name":"weather","arguments":{"type":"object"}}'],
  ])('is faulty if it is one %s', (_how, text) => {
    expect(writtenCalls(text, tools)?.isFaulty).toBe(true);
  });

  it.each([
    'It is 4 degrees in Oslo.',
    '{"name":"Ann","age":3}',
    `A call would look like this:\n${fence}json\n${call}\n${fence}`,
    `To call it you would write ${call} in the request.`,
    `Here is an example:\n\n<tool_call>\n${call}\n</tool_call>`,
    'The `<tool_call>` tag is how Qwen writes calls.',
    `${fence}python\nprint("hi")\n${fence}`,
    `${fence}json\n{"celsius": 4}\n${fence}`,
    '[1] Oslo is cold.',
    'weather (noun): the state of the air.',
    'functools.reduce folds a list.',
    'Action: open the door.\nAction Input: the key',
    '<weather>cold</weather> is a tag of mine',
    'name: Ann\nage: 3',
    '{"method":"GET","params":{"a":1}}',
    '/weather is a command of the bot.',
    'Use the function weather(city) to call it.',
    'Calling weather with care is wise.',
    `${fence}python\ndef weather(city):\n    return 4\n\nprint(weather("Oslo"))\n${fence}`,
    'The plan has two parts.\nAction: stocks\nAction Input: {"of": "x"}',
  ])('is not what merely speaks of calls, or of JSON: %j', text => {
    expect(writtenCalls(text, tools)).toBeUndefined();
  });

  it('is read behind a brace too many', () => {
    const read = writtenCalls(`{${call}`, tools);
    expect(read).toMatchObject({ calls: [{ name: 'weather' }], isFaulty: false });
  });

  it('is a faulty call where it was cut behind its beginning', () => {
    const cut = '{"name": "weather", "arguments": {"ci';
    const calls = [{ name: 'weather', input: cut }];
    expect(writtenCalls(cut, tools)).toEqual({ before: '', calls, isFaulty: true });
    expect(writtenCalls('{"name": "Ann", "ag', tools)).toBeUndefined();
  });

  it('is waited for in a stream, while other text passes', () => {
    const watcher = callWatcher(['weather']);
    expect(watcher.add('It is cold. ')).toBe('It is cold. ');
    expect(watcher.add('So\n```py')).toBe('So\n');
    expect(watcher.add('thon\nx = 1 # a comment\n```\nend')).toBe(
      '```python\nx = 1 # a comment\n```\nend',
    );
    expect(watcher.add('\n<tool_call>')).toBe('\n');
    expect(watcher.rest()).toBe('<tool_call>');
    for (const begun of [
      '<start_function_call>call:',
      'Action: weather\nAction Input:',
      '<weather city="',
      '<longcat_tool_call>',
      'Tool call: {"',
      'Calling weather with {',
    ]) {
      const other = callWatcher(['weather']);
      const shown = [...`I look.\n${begun}`].map(sign => other.add(sign)).join('');
      expect(shown.trim()).toBe('I look.');
    }
  });
});

describe('a megabyte of hostile text', () => {
  const n = 1 << 20;
  const units = [
    ...['<', '{', '[', '{"', '`', '<think>', '</think>', '<tool_call>', '<function=a>', ' ', '\n{'],
    ...['```json\n', 'weather(', 'a', '<|channel|>', '{"a":', '[1,', '<s>', 'functools[', '<|a|>'],
    ...[
      '{"name":"weather","arguments":{"city":"',
      "' ",
      '\\',
      '<parameter=a>',
      '"',
      '(',
      '[{',
      '◁',
    ],
  ];
  it.each(units)(
    'of %j is read in time',
    unit => {
      const text = unit.repeat(Math.ceil(n / unit.length));
      const started = performance.now();
      stretchesOf(text);
      jsonIn(text);
      writtenCalls(text, tools);
      expect(performance.now() - started).toBeLessThan(8000);
    },
    30_000,
  );
});
