import { seededRandom } from '../../src/entries/eval.ts';

/** A scored row of a population whose outcomes are all known. */
export interface Row {
  readonly score: number;
  readonly local: number;
  readonly cloud: number;
  readonly source: string;
}

/** Sources of a population, and whether a draw of 19 may hold none of the bad kind. */
export interface Source {
  readonly sources: readonly (readonly Row[])[];
  readonly mayMiss: boolean;
}

const size = 4000;

function rowsOf(count: number, make: (at: number) => Partial<Row>): Row[] {
  return Array.from({ length: count }, (_, at) => ({
    score: 0.9,
    local: 1,
    cloud: 1,
    source: '',
    ...make(at),
  }));
}

/** Populations of rows that come as they come. */
export function rowShapes(): Readonly<Record<string, readonly Row[]>> {
  const random = seededRandom(5);
  const chance = (share: number) => (random() < share ? 1 : 0);
  const scored = (local: (score: number) => number, cloud: (score: number) => number) =>
    rowsOf(size, () => {
      const score = random();
      return { score, local: local(score), cloud: cloud(score) };
    });
  return {
    'one score, .949 right': rowsOf(size, at => ({ local: at % 1000 < 949 ? 1 : 0 })),
    'scores that say nothing': scored(
      () => chance(0.85),
      () => chance(0.93),
    ),
    'scores the wrong way round': scored(
      score => chance(1 - 0.5 * score),
      () => chance(0.95),
    ),
    'a worse cloud': scored(
      score => chance(0.5 + 0.4 * score),
      () => chance(0.55),
    ),
    'both seldom right': scored(
      () => chance(0.02),
      () => chance(0.03),
    ),
    'never right': scored(
      () => 0,
      () => 1,
    ),
    'the highest scores all wrong': rowsOf(size, at =>
      at % 50 === 0 ? { score: 0.99, local: 0 } : { score: random() * 0.9, local: chance(0.97) },
    ),
  };
}

/** Populations of whole sources. */
export function sourceShapes(): Readonly<Record<string, Source>> {
  const random = seededRandom(9);
  const chance = (share: number) => (random() < share ? 1 : 0);
  const of = (count: number, rows: (source: number) => Row[]) =>
    Array.from({ length: count }, (_, at) => rows(at));
  const bad = (each: number, high: () => number) =>
    of(198, source => rowsOf(20, () => ({ score: high(), local: source % each === 0 ? 0 : 1 })));
  return {
    'alike, scores that say nothing': {
      sources: of(200, () => rowsOf(20, () => ({ score: random(), local: chance(0.93) }))),
      mayMiss: false,
    },
    'a row each': {
      sources: of(400, () => rowsOf(1, () => ({ score: random(), local: chance(0.93) }))),
      mayMiss: false,
    },
    'a worse cloud': {
      sources: of(200, source =>
        rowsOf(20, () => ({
          score: random(),
          local: chance(0.7),
          cloud: chance(source % 3 === 0 ? 0.9 : 0.5),
        })),
      ),
      mayMiss: false,
    },
    'one in four all wrong': { sources: bad(4, () => 0.9), mayMiss: false },
    'one in nine all wrong': { sources: bad(9, () => 0.7 + 0.3 * random()), mayMiss: true },
    'one in fifteen large and worse': {
      sources: of(200, source => {
        const isBad = source % 15 === 0;
        return rowsOf(isBad ? 200 : 10, () => ({ local: chance(isBad ? 0.85 : 0.99) }));
      }),
      mayMiss: true,
    },
  };
}
