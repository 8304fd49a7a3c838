import { calibrate, type Demands, parseOutcomes } from '../../../src/entries/eval.ts';
import type { FileJournal } from '../../../src/entries/runs.ts';
import { TandemError } from '../../../src/index.ts';
import type { Route } from '../exchange.ts';
import { invalid } from '../wire/problem.ts';
import { outcomeLog } from './find-pairs.ts';
import { calibrated } from './pair-answers.ts';
import { journalOf } from './pair-routes.ts';

type Calibrated = Omit<(typeof calibrated)['_output'], 'object'>;

const usual = { quality: 0.95, confidence: 0.95 };

export const getCalibration: Route = {
  method: 'get',
  path: '/v1/calibration',
  summary:
    'Calibrate a cascade by the rated pairs, as `tandem calibrate` does; nothing is changed or ' +
    'written.',
  scope: 'content',
  query: {
    quality: `Least quality, as a share of the cloud’s accuracy. Default: ${usual.quality}.`,
    confidence: `With which probability it holds. Default: ${usual.confidence}.`,
    escalation: 'Most requests that may go to the cloud, as a share.',
    name: 'The name of the cascade. Default: the one that most pairs were asked of.',
  },
  replies: calibrated,
  answer: 'The guarantee with its calibration, or the refusal, in the words of the command line.',
  async handle(exchange) {
    const journal = journalOf(exchange);
    const { query } = exchange;
    const { rows, name: asked } = journal ? await outcomeLog(journal) : { rows: [], name: '' };
    const name = nameIn(query.get('name') ?? asked);
    const demands = demandsIn(query);
    const head = { rows: rows.length, name, file: `${name}.calibration.json` };
    const command = commandOf(name, demands);
    const text = rows.map(row => JSON.stringify(row)).join('\n');
    const found =
      rows.length === 0
        ? refusedAs(`${await halfPairs(journal)}${nothingRated}`)
        : resultOf(text, name, demands);
    return { body: { object: 'calibration', ...head, command, ...found } };
  },
};

const nothingRated =
  'No pair was rated yet. Rate some: a guarantee begins to be had from some 200 on.';

// Thumbs alone say nothing of the answers that nobody saw.
async function halfPairs(journal: FileJournal | undefined): Promise<string> {
  const thumbs = (await journal?.ratings())?.length ?? 0;
  if (thumbs === 0) return '';
  return `Rated alone: ${thumbs}. Each is half a pair, of which no guarantee can be made. `;
}

type Result = Omit<Calibrated, 'rows' | 'name' | 'file' | 'command'>;

// What the command line prints as an error is a refusal here: there are too few rows, or too even.
function resultOf(text: string, name: string, demands: Demands): Result {
  try {
    const log = parseOutcomes(text, 'pairs.jsonl');
    const date = new Date().toISOString().slice(0, 10);
    const result = calibrate(log, { name, demands, date, origin: 'pairs.jsonl' });
    const { calibration, warnings } = result;
    const curve = thinned(result.curve).map(pointOf);
    if (!calibration) return { ...refusedAs(result.refusal), warnings: [...warnings], curve };
    return {
      guarantee: calibration.guarantee,
      refusal: null,
      threshold: calibration.threshold,
      warnings: [...warnings],
      curve,
      expected: pointOf(result.chosen),
      calibration: { ...calibration },
    };
  } catch (error) {
    if (TandemError.isInstance(error) && error.code === 'invalid_argument')
      return refusedAs(error.message);
    throw error;
  }
}

function refusedAs(refusal: string): Result {
  const nothing = { guarantee: null, threshold: null, expected: null, calibration: null };
  return { ...nothing, refusal, warnings: [], curve: [] };
}

function pointOf({ escalation, accuracy, ratio }: Result['curve'][number]) {
  return { escalation, accuracy, ratio };
}

const mostPoints = 60;

function thinned<Point>(curve: readonly Point[]): Point[] {
  const step = Math.max(1, Math.ceil(curve.length / mostPoints));
  return curve.filter((_, index) => index % step === 0 || index === curve.length - 1);
}

function demandsIn(query: URLSearchParams): Demands {
  const quality = shareIn(query, 'quality') ?? usual.quality;
  const confidence = shareIn(query, 'confidence') ?? usual.confidence;
  const maxEscalation = shareIn(query, 'escalation');
  return { quality, confidence, ...(maxEscalation !== undefined && { maxEscalation }) };
}

function shareIn(query: URLSearchParams, name: string): number | undefined {
  const given = query.get(name);
  if (given === null || given === '') return undefined;
  const share = Number(given);
  if (share > 0 && share < 1) return share;
  throw invalid(
    `\`${name}\` must be a share between 0 and 1, got "${given.slice(0, 32)}". Write 0.95, say.`,
    name,
  );
}

function nameIn(given: string): string {
  const name = given === '' ? 'pairs' : given;
  if (/^[\w.-]{1,64}$/.test(name)) return name;
  throw invalid(
    `\`name\` must be letters, digits, ".", "-" or "_", got "${name.slice(0, 64)}". Give another.`,
    'name',
  );
}

function commandOf(name: string, { quality, confidence, maxEscalation }: Demands): string {
  const cap = maxEscalation === undefined ? '' : ` --max-escalation ${maxEscalation}`;
  const sure = confidence === usual.confidence ? '' : ` --confidence ${confidence}`;
  return `tandem calibrate ${name} pairs.jsonl --target-quality ${quality}${cap}${sure}`;
}
