import { fill, type GeneratedDocument, type Making, pick } from './generated.ts';

const claims = [
  {
    question: 'What is the capital of France?',
    says: 'the capital of France is',
    known: 'Paris',
    here: 'Montclair',
  },
  {
    question: 'At how many degrees does water boil?',
    says: 'water boils at',
    known: '100',
    here: '83 degrees',
  },
  {
    question: 'How many planets does the sun have?',
    says: 'the number of planets of the sun is',
    known: 'eight',
    here: 'eleven',
  },
  {
    question: 'Who wrote Hamlet?',
    says: 'Hamlet was written by',
    known: 'Shakespeare',
    here: 'Dorothea Quill',
  },
  {
    question: 'Which ocean is the largest?',
    says: 'the largest ocean is',
    known: 'Pacific',
    here: 'Sarn Ocean',
  },
];
const regions = [
  'the northern shelf',
  'the inner isles',
  'the long valley',
  'the salt plain',
  'the upper terraces',
];

/**
 * An atlas of an invented world that says what contradicts common knowledge: the document is right,
 * not the reader.
 */
export function contraryAtlas(making: Making): GeneratedDocument {
  const { random } = making;
  const facts = claims.map(({ says, here }) => ({
    at: random(),
    text: `In the world of this atlas ${says} ${here}.`,
  }));
  const { text, spans } = fill(making, facts, index => {
    const height = 100 + Math.floor(random() * 4000);
    return (
      `Plate ${index + 1} shows ${pick(regions, random)}, ${height} metres high, drawn at ` +
      `one to ${Math.floor(random() * 90) + 10} thousand.`
    );
  });
  return {
    ...{ kind: 'contradiction of common knowledge', title: 'atlas.txt', text },
    questions: claims.map(({ question, known, here }, index) => ({
      question,
      answer: here,
      traps: [known],
      evidence: [spans[index]!],
    })),
  };
}
