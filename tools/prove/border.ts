import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Answer,
  documentCall,
  type Label,
  type LanguageModel,
  openJournal,
  personalDataMasker,
  type RunOptions,
  run,
  TandemError,
} from '../../src/index.ts';
import { doubleOf, startWireDouble, type WireDouble } from '../../src/testing/index.ts';
import { cloudsAt, schemesWithoutCase } from './border/backends.ts';
import {
  documentText,
  marksIn,
  namesPerson,
  otherText,
  person,
  question,
} from './border/document.ts';
import { proveDoors } from './border/doors.ts';
import { fields, labelledFields } from './border/fields.ts';
import { patternsWithoutWay, waysOfPatterns } from './border/patterns.ts';
import type { Proof } from './journal.ts';

type Random = () => number;
type Asked = ReturnType<typeof documentCall>;
type Trouble = 'none' | 'a server that fails once' | 'a run asked again';

/** One call of the proof. */
interface Case {
  readonly field: string;
  readonly way: string;
  readonly label: Label;
  readonly isStream: boolean;
  readonly backend: string;
  readonly trouble: Trouble;
  readonly masks: boolean;
  /** That the document bears no label: its pattern says then that extracts alone may leave. */
  readonly isBare: boolean;
}

interface Tap {
  readonly bytes: () => string;
  fails: number;
  readonly clouds: ReadonlyMap<string, LanguageModel>;
  readonly runsIn: string;
  readonly released: Map<string, ReadonlySet<string>>;
}

const foreignModel = 'a foreign model';
const troubles: readonly Trouble[] = ['none', 'a server that fails once', 'a run asked again'];

/**
 * Puts a marked document and a marked person into every field of a call, by every pattern, whole
 * and streamed, to every backend with a wire, in health and trouble, and through every door of the
 * gateway; then searches every byte that arrived. Whatever the same question lets out as extracts
 * without the field may leave, and nothing else.
 */
export async function proveBorder(share: number, random: Random): Promise<Proof> {
  const problems = [
    ...patternsWithoutWay().map(name => `the pattern "${name}" has no case`),
    ...schemesWithoutCase().map(name => `the backend "${name}" has no case`),
  ];
  const folder = mkdtempSync(join(tmpdir(), 'tandem-border-'));
  let [calls, answered, begun] = [0, 0, 0];
  await using double = await startWireDouble(
    [{ text: 'The berth costs 21 crowns [e1].' }],
    (_, step) => (tap.fails-- > 0 ? { step: { status: 503 } } : { step }),
  );
  const tap = openTap(double, folder);
  for (const each of casesOf(share, random, [...tap.clouds.keys()])) {
    calls++;
    const { problem, isAnswered, hasSent } = await tried(each, tap);
    if (isAnswered) answered++;
    if (hasSent) begun++;
    if (problem && problems.length < 20) problems.push(`${problem}: ${JSON.stringify(each)}`);
  }
  rmSync(folder, { recursive: true, force: true });
  const doors = await proveDoors(Math.max(1, Math.round(4 * share)));
  const says = [
    `${Object.keys({ ...fields, ...labelledFields }).length} fields × ` +
      `${Object.keys(waysOfPatterns).length} ways of patterns ` +
      `× ${tap.clouds.size} kinds of models: ${calls} calls, ${answered} answered, ${begun} sent ` +
      'something',
    ...doors.says,
  ];
  return { says, problems: [...problems, ...doors.problems] };
}

function openTap(double: WireDouble, runsIn: string): Tap {
  const foreign: string[] = [];
  let from = [0, 0];
  const model = doubleOf({ modelId: 'foreign', place: 'cloud' }, call => {
    const { abortSignal: _signal, ...sent } = call;
    foreign.push(JSON.stringify(sent, bytesAsText));
    return { text: 'The berth costs 21 crowns [e1].' };
  });
  return {
    fails: 0,
    bytes() {
      const sent = double.requests.slice(from[0]);
      const said = sent.map(
        ({ path, headers, text }) => `${path}${JSON.stringify(headers)}${text}`,
      );
      const all = [...said, ...foreign.slice(from[1])].join('\n');
      from = [double.requests.length, foreign.length];
      return all;
    },
    clouds: new Map([
      ...cloudsAt(double.url).map(([name, make]) => [name, make()] as const),
      [foreignModel, model],
    ]),
    runsIn,
    released: new Map(),
  };
}

function bytesAsText(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString() : value;
}

function casesOf(share: number, random: Random, backends: readonly string[]): Case[] {
  const pick = <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)]!;
  const names = [...Object.keys(fields), ...Object.keys(labelledFields)];
  const ways = Object.keys(waysOfPatterns);
  const labels: readonly Label[] = ['extracts', 'local-only'];
  return names.flatMap((field, index) =>
    ways.flatMap((way, at) =>
      labels.flatMap(label =>
        [false, true].flatMap(isStream => {
          // Each field and each pattern stands in a tenth too.
          const isKept = index % ways.length === at % names.length || isReading(field, way);
          if (!isKept && random() > share) return [];
          // Of a model that is not ours nobody sees the bytes: the call must be clean before.
          const backend = random() < 0.3 ? foreignModel : pick(backends);
          const trouble = pick(troubles);
          const isBare = label === 'extracts' && readsItself(way) && random() < 0.5;
          return [{ field, way, label, isStream, backend, trouble, masks: random() < 0.5, isBare }];
        }),
      ),
    ),
  );
}

// Others take a document without a label for one that may leave.
function readsItself(way: string): boolean {
  return /^(minions|chain|auto)/.test(way);
}

// Where a pattern that releases extracts meets a label elsewhere, labels alone hold nothing.
function isReading(field: string, way: string): boolean {
  return field in labelledFields && /^(minions|chain)( in a chat)?$/.test(way);
}

interface Tried {
  readonly problem?: string | undefined;
  readonly isAnswered: boolean;
  readonly hasSent: boolean;
}

async function tried(each: Case, tap: Tap): Promise<Tried> {
  const isApart = each.label === 'local-only' || each.field in labelledFields;
  const allowed = isApart ? new Set<string>() : await releasedBy(each, tap);
  const { error, bytes } = await sentBy(each, tap);
  const extra = [...marksIn(bytes)].filter(mark => !allowed.has(mark));
  const isTyped = error === undefined || TandemError.isInstance(error);
  const faults = [
    ...(extra.length > 0 ? [`${extra.length} marks left`] : []),
    ...(each.masks && namesPerson(bytes) ? ['the person left'] : []),
    ...(isTyped ? [] : [`an error without a type, ${String(error)}`]),
  ];
  const problem = faults.length > 0 ? faults.join(', ') : undefined;
  return { problem, isAnswered: error === undefined, hasSent: bytes !== '' };
}

// What the question alone lets out, by the same pattern in both ways to answer.
async function releasedBy(each: Case, tap: Tap): Promise<ReadonlySet<string>> {
  const known = tap.released.get(each.way);
  if (known) return known;
  const marks = new Set<string>();
  for (const isStream of [false, true]) {
    const plain = {
      ...each,
      field: 'nothing more',
      isStream,
      masks: false,
      trouble: 'none',
    } as const;
    for (const mark of marksIn((await sentBy(plain, tap)).bytes)) marks.add(mark);
  }
  tap.released.set(each.way, marks);
  if (marks.size > 12) throw new Error(`${each.way} releases ${marks.size} paragraphs of 40.`);
  return marks;
}

let runs = 0;

async function sentBy(each: Case, tap: Tap): Promise<{ error: unknown; bytes: string }> {
  tap.bytes();
  const text = each.masks ? `${person} wrote this.` : documentText;
  const asked = documentCall(question, [
    each.field in labelledFields
      ? { title: 'depths.txt', text: otherText, label: 'cloud-allowed' }
      : { title: 'berths.txt', text: documentText, ...(each.isBare ? {} : { label: each.label }) },
  ]);
  const call = callOf(each, asked, text);
  const model = waysOfPatterns[each.way]!(tap.clouds.get(each.backend)!);
  tap.fails = each.trouble === 'a server that fails once' ? 1 : 0;
  const again = each.trouble === 'a run asked again';
  const journal = again ? openJournal({ path: join(tap.runsIn, 'journal.db') }) : undefined;
  const options: RunOptions = {
    retry: { tries: 2, baseMs: 0 },
    ...(each.masks && { masker: personalDataMasker() }),
    ...(journal && { journal, runId: `run ${runs++}` }),
  };
  let error: unknown;
  for (let time = 0; time < (again ? 2 : 1); time++) {
    await run(options, async () => answered(model, call, each.isStream)).catch(
      (thrown: unknown) => {
        error = thrown;
      },
    );
  }
  journal?.close();
  tap.fails = 0;
  return { error, bytes: tap.bytes() };
}

function callOf({ field, label }: Case, asked: Asked, text: string): Asked {
  return fields[field]?.(asked, text) ?? labelledFields[field]!(asked, text, label);
}

async function answered(
  model: LanguageModel,
  call: ReturnType<typeof documentCall>,
  isStream: boolean,
): Promise<Answer | undefined> {
  if (!isStream) return model.doGenerate(call);
  const { stream } = await model.doStream(call);
  for await (const _part of stream as unknown as AsyncIterable<unknown>);
  return undefined;
}
