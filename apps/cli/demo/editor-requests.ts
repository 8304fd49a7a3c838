/** What editors ask in a morning, invented. */
export interface EditorRequest {
  readonly request: string;
  /** Words of a right local answer; absent where the cloud is needed. */
  readonly expected?: string;
}

export const editorRequests: readonly EditorRequest[] = [
  { request: 'What is the capital of Japan?', expected: 'Tokyo' },
  { request: 'Which city is the capital of Peru?', expected: 'Lima' },
  { request: 'List to JSON: apples, pears, milk', expected: '["apples", "pears", "milk"]' },
  {
    request: 'List to JSON: soap; paper; tea; coffee',
    expected: '["soap", "paper", "tea", "coffee"]',
  },
  {
    request:
      'Text: Anna Weber works as a nurse. Anna Weber lives in Bremen.\nWhat is the job of Anna ' +
      'Weber?',
    expected: 'nurse',
  },
  {
    request:
      'Text: Revenue at Norda Labs reached $12.50. Norda Labs is based in Kiel.\nWhat is Norda ' +
      "Labs's headquarters?",
    expected: 'Kiel',
  },
  {
    request:
      'Text: Paul Ritter was born on 4 March 1988. Paul Ritter earns $420.10.\nWhat is Paul ' +
      "Ritter's birthday?",
    expected: '4 March 1988',
  },
  {
    request: 'Text: 09:12 service api is up\n09:14 api version=2.4.1\nWhat is the version of api?',
    expected: '2.4.1',
  },
  { request: 'Compare radio and podcasts.' },
  {
    request:
      'Write an essay that compares the strategy of two streaming services and assess the ' +
      'trade-offs in detail.',
  },
  {
    request:
      'Analyse this headline step by step and explain why readers would mistrust it: "Experts ' +
      'say everything is fine".',
  },
  {
    request:
      'Refactor this function so that it retries on every API error:\n```js\nconst load = url => ' +
      'fetch(url);\n```',
  },
];
