import { describe, expect, it } from 'vitest';
import { nonAnswerIn } from '../non-answer.ts';

const [politely, graz] = [
  'Rewrite politely: "Send me the file now."',
  'Extract the city as JSON {"city": string}: "Our office moved to Graz in May."',
];

describe('what stands where another thing was asked for', () => {
  it.each([
    ['a program', 'print(8 * 8)', 'How many legs do eight spiders have?'],
    ['a program for an object', 'import json\nprint(json.loads(text)["city"])', graz],
    ['an object of other keys', '{"text": "Our office moved to Graz in May."}', graz],
    ['a call', '{"name": "find", "arguments": {"q": "Faust"}}', 'Who wrote Faust?'],
    ['a call in words', 'I will use the get_name function to find it.', 'What is my name?'],
    ['the work for its author', '"Faust"', 'Who wrote the play "Faust"?'],
    ['an empty value', 'null', 'Who wrote Faust?'],
    ['a mark of a format', '%s', 'Who wrote Faust?'],
    ['an error', '{"error": "model overloaded"}', 'Who wrote Faust?'],
    ['the page of an error', '<html><body>504 Gateway Time-out</body></html>', 'Who wrote Faust?'],
    ['a status', '502 Bad Gateway', 'Who wrote Faust?'],
    ['a trace', 'Traceback (most recent call last):\n  File "x.py", line 1', 'Who wrote Faust?'],
    ['a gap', 'The sun rises in the ____.', 'Fill in the word: The sun rises in the ____.'],
    [
      'all choices',
      'A kilo of iron or a kilo of feathers.',
      'Which is heavier, a kilo of iron or a kilo of feathers?',
    ],
    ['the sequence', '3, 6, 9, ...', 'Complete the sequence: 3, 6, 9, ...'],
    ['the word itself', 'Certain.', 'What is the opposite of "certain"?'],
    [
      'a tautology',
      'The plural of "ox" is the plural form of the word ox.',
      'What is the plural of "ox"?',
    ],
    ['a refusal', 'I cannot send files.', politely],
    ['a question', 'Which file would you like me to send?', politely],
    ['the text', 'Send me the file now.', politely],
    ['a machine', "As an AI, I can't attend meetings.", 'Reply to this mail: "Can you come?"'],
    ['a promise', "Sure! I'd be happy to write a short e-mail.", 'Write a short e-mail to Ms Ito.'],
    ['the order', 'Read my last email aloud.', 'Read my last e-mail aloud.'],
    ['the text for an object', 'Tom is 31.', 'Give name and age as JSON: "Tom is 31."'],
    ['the text, not shorter', 'The shop will be closed.', 'Shorten: "The shop will be closed."'],
    [
      'a question at the end',
      'I have no playlist. Could you please provide me with more context so that I can help?',
      'Which songs are in my playlist?',
    ],
    ['a sign over and over', '今天天气怎么样? - 我从父父父父父父父父', '今天天气怎么样?'],
    ['a part of the text', '"Train is late."', 'Translate to Finnish: "The train is late."'],
    [
      'the text for a label',
      'The correct answer is "I was charged twice."',
      'Label (billing, bug, other): "I was charged twice."',
    ],
    [
      'the question thrice',
      'Wie spät ist es in Wien? - "Wie spät ist es in Wien?" - "Wie spät ist es in Wien?"',
      'Wie spät ist es in Wien?',
    ],
    ['numbers in circles', '8 8 8 8 8 8 8 8 8 8 8 8 8', 'What is 4 + 4?'],
    ['another script', '我不知道答案。', 'Translate to German: "I have no answer."'],
    ['Latin letters', 'King Sejong is a historical figure.', '세종대왕은 무엇을 만들었습니까?'],
  ])('%s is told: %j', (_, text, request) => {
    expect(nonAnswerIn({ text, request })).toBeDefined();
  });

  it.each([
    ['def f(x):\n    return x', 'Write a Python function that returns its argument.'],
    ['{"name": "find", "arguments": {}}', 'Call the tool find. Give only the JSON.'],
    ['null', 'What does JSON.parse("null") return?'],
    ['502 Bad Gateway', 'Which HTTP status does a proxy give?'],
    ['"cat"', 'What is the noun in "the cat sat"?'],
    ['git clone <url>', 'How do I clone a repository with git?'],
    ['The capital of Luxembourg is Luxembourg.', 'What is the capital of Luxembourg?'],
    ['Die Hauptstadt von Luxemburg ist Luxemburg.', 'Was ist die Hauptstadt von Luxemburg?'],
    ['The capital of Guatemala is Guatemala City.', 'What is the capital of Guatemala?'],
    ['Hotel Berlin Mitte', 'Translate to Finnish: "Hotel Berlin Mitte"'],
    ['Label: billing', 'Label (billing, bug, other): "I was charged twice."'],
    [
      'To count users, you can use this SQL query:\n\n```sql\nSELECT COUNT(*) FROM users\n```',
      'Write a SQL query that counts users.',
    ],
    [
      "Subject: Decline\n\nDear [Recipient's Name],\n\nI am writing to decline the invitation.",
      'Write a short e-mail to decline an invitation.',
    ],
    ["Certainly! I'm here to help with Python. What do you need?", 'Can you help me with Python?'],
    ['Could you please send me the file?', politely],
    ['I do not need it.', 'Rewrite: "I don\'t need this."'],
    ["I can't come on Friday, sorry.", 'Reply to this mail: "Can you come on Friday?" (I can\'t.)'],
    ['I am writing to ask for a refund.', 'Write a letter asking for a refund.'],
    ['I know this one: Theodor Fontane.', 'Who wrote "Effi Briest"?'],
    ['东京是日本的首都。', '东京是哪个国家的首都?'],
    ['おはようございます', 'Write "good morning" in Japanese.'],
    [
      'I do not know why\nthe snow falls without a sound\nand yet I listen',
      'Write a haiku about snow.',
    ],
    ['0 0 0 0 0 0 0 0 0 0 0 0', 'Write a row of twelve zeros.'],
  ])('what was asked for is left: %j', (text, request) => {
    expect(nonAnswerIn({ text, request })).toBeUndefined();
  });
});
