import { describe, it } from 'vitest';
import { lastUserText } from '../testing/double.ts';
import { patternContract } from '../testing/pattern-contract.ts';
import { userCall } from './answer.ts';
import { direct } from './direct.ts';
import { limit } from './limit.ts';
import { wrap } from './wrap.ts';

const subject = {
  roles: {
    only: {
      place: 'cloud' as const,
      reply: (call: Parameters<typeof lastUserText>[0]) => `echo of ${lastUserText(call)}`,
    },
  },
  call: (n: number) => userCall(`question ${n}`),
  isRight: (text: string, n: number) => text === `echo of question ${n}`,
};

describe('direct passes the exam', () => {
  for (const { name, run } of patternContract({ ...subject, make: ({ only }) => direct(only!) })) it(name, run);
});

describe('a limited model passes the exam', () => {
  const make = ({ only }: Record<string, Parameters<typeof direct>[0]>) => direct(limit(only!, { concurrency: 5 }));
  for (const { name, run } of patternContract({ ...subject, make })) it(name, run);
});

describe('a wrapped pattern passes the exam', () => {
  const make = ({ only }: Record<string, Parameters<typeof direct>[0]>) => wrap(direct(wrap(only!, {})), {});
  for (const { name, run } of patternContract({ ...subject, make })) it(name, run);
});
