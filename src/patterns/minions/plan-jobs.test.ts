import { expect, it } from 'vitest';
import { readPlan } from './plan-jobs.ts';

// As a model of 1.5 billion parameters filled in the schema.
const far = 1_000_000_000_000_000;
const written = {
  tasks: [
    {
      id: 'a',
      question: 'How many people did the board employ?',
      select: { by: 'all', top: far, ranges: [{ from: 1, to: 21 }], round: far, neighbours: far },
      combine: 'best',
      samples: far,
    },
  ],
  chunking: { by: 'paragraph', characters: 3000, tokens: far, overlap: 0.5 },
  followUp: true,
};

it('takes a plan without what it may leave out and what is out of range', () => {
  expect(readPlan(written)).toEqual({
    plan: {
      tasks: [
        {
          id: 'a',
          question: 'How many people did the board employ?',
          select: { by: 'all' },
          combine: 'best',
        },
      ],
      chunking: { by: 'paragraph', characters: 3000, overlap: 0.5 },
      followUp: true,
    },
  });
});

it('refuses a plan for what it must say, and names the field', () => {
  const asked = { ...written, chunking: { by: 'chapter' } };
  expect(readPlan(asked)).toEqual({ refusal: expect.stringContaining('chunking.by') });
  expect(readPlan({ ...written, tasks: [{ id: 'a', question: '', samples: far }] })).toEqual({
    refusal: expect.stringContaining('tasks.0.question'),
  });
  expect(readPlan(undefined)).toEqual({ refusal: expect.stringMatching(/\w/) });
});
