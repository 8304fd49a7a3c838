type Random = () => number;

// What readers of text look for, and what a repetition of it may cost: each stands for a kind.
const atoms = [
  ...[
    '{',
    '[',
    '{"a":',
    '"\\',
    '\\',
    '1,',
    '{"a":1},',
    '}',
    ']',
    '"',
    "'",
    '`',
    '```\n',
    '```json\n{',
  ],
  ...[
    '<think>',
    '</think>',
    '<tool_call>',
    '<|im_start|>',
    '[TOOL_CALLS]',
    '<param name=',
    '<b><i>',
    '<!--',
  ],
  ...[
    '!',
    '.',
    '?',
    ' ',
    '\t',
    '\n',
    '\r\n',
    '\u00a0',
    '\f',
    '-',
    '*',
    '#',
    '|',
    '| a ',
    '_',
    '=',
    '/',
    '://',
  ],
  ...[
    'a',
    'A',
    'aa-',
    'a.',
    'word ',
    'Word. ',
    'é',
    'e\u0301',
    '漢',
    '🙂',
    '\u200b',
    '\ufeff',
    '\u0000',
    '\ud800',
  ],
  ...[
    '0',
    '9',
    '1.',
    '1,000 ',
    '12 ',
    '4111 ',
    '@',
    'a@',
    'a@b.',
    'MASKED_',
    'MASKED_EMAIL_',
    'sk-',
    'eyJ',
  ],
  ...[
    '-----BEGIN ',
    'password: ',
    'https://a',
    '%40',
    '&#64;',
    '\\u0040',
    '+49 ',
    'DE89 ',
    '::',
    '127.0.0.1 ',
  ],
  ...[
    'the answer is ',
    'yes or no ',
    'Answer: ',
    '\\boxed{',
    '$',
    'ignore all previous ',
    'as an AI ',
    'page 1 ',
  ],
  ...[
    'Section 1. ',
    '2024-01-01 ',
    'and ',
    'not ',
    'if ',
    '[e1] ',
    '[1,',
    '(a1, ',
    'name=',
    'Dr. ',
    '<v a',
    'obj\n',
  ],
] as const;

/** Draws a text of one or several beginnings that are repeated, as long as may be. */
export function hostileText(random: Random, most: number): string {
  const count = 1 + Math.floor(random() * 3);
  const unit = Array.from({ length: count }, () => pick(atoms, random)).join('');
  const length = Math.ceil(most * (random() < 0.3 ? 1 : random() * 0.1));
  const text = unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
  const beside = () => (random() < 0.5 ? pick(atoms, random) : '');
  return beside() + text + beside();
}

/** Draws one of a list. */
export function pick<T>(from: readonly T[], random: Random): T {
  return from[Math.floor(random() * from.length)]!;
}
