import { findPersonalData } from '../../src/algorithms/text/personal-data.ts';
import type { Call } from '../../src/index.ts';
import { direct, personalDataMasker, run } from '../../src/index.ts';
import { doubleOf } from '../../src/testing/double.ts';
import type { Proof } from './journal.ts';
import { provenOverlaps } from './mask-overlaps.ts';
import { ordinaryText } from './ordinary-texts.ts';
import { personalCases, spellings } from './personal-cases.ts';

type Random = () => number;

/**
 * Masks what is personal, however it is written and wherever it stands in a call, leaves ordinary
 * texts as they are, and takes time that grows with a text alone.
 */
export async function proveMask(share: number, random: Random): Promise<Proof> {
  const leaving = await proveLeaving(Math.round(5000 * share), random);
  const ordinary = proveOrdinary(Math.round(2000 * share), random);
  // A part of the proof runs beside other work, where a time says less.
  const overlaps = await provenOverlaps(Math.round(1000 * share), random);
  const slow = proveTime(share < 1 ? 3 * mostMs : mostMs);
  return {
    says: [...leaving.says, ...overlaps.says, ...ordinary.says, ...slow.says],
    problems: [leaving, overlaps, ordinary, slow].flatMap(part => part.problems),
  };
}

const places: Readonly<Record<string, (text: string) => Call>> = {
  'a message': text => ({ prompt: [{ role: 'user', content: [{ type: 'text', text }] }] }),
  'the system message': text => ({ prompt: [{ role: 'system', content: text }, ...go] }),
  'an earlier answer': text => ({
    prompt: [{ role: 'assistant', content: [{ type: 'text', text }] }, ...go],
  }),
  'the arguments of a tool': text => toolCall({ note: [text], id: text }, 'fine'),
  'the result of a tool': text => toolCall({}, { type: text, rows: [{ id: text }] }),
  'a key': text => toolCall({}, { [text]: 1 }),
  'a schema': text => ({
    prompt: go,
    responseFormat: { type: 'json', schema: { type: 'object', description: text, enum: [text] } },
  }),
  'a tool': text => ({
    prompt: go,
    tools: [{ type: 'function', name: 'm', description: text, inputSchema: { const: text } }],
  }),
  'the name of a file': text => ({
    prompt: [
      {
        role: 'user',
        content: [
          { type: 'file', mediaType: 'text/plain', filename: text, data: { type: 'text', text } },
        ],
      },
    ],
  }),
  'a stop sequence': text => ({ prompt: go, stopSequences: [text] }),
  'an option of a provider': text => ({ prompt: go, providerOptions: { openai: { user: text } } }),
};
const go: Call['prompt'] = [{ role: 'user', content: [{ type: 'text', text: 'go' }] }];

type Json = string | number | readonly Json[] | { readonly [key: string]: Json };

function toolCall(input: Json, value: Json): Call {
  const facts = { toolCallId: 't', toolName: 'look' };
  return {
    prompt: [
      { role: 'assistant', content: [{ type: 'tool-call', ...facts, input }] },
      {
        role: 'tool',
        content: [{ type: 'tool-result', ...facts, output: { type: 'json', value } }],
      },
    ],
  };
}

async function proveLeaving(count: number, random: Random): Promise<Proof> {
  const problems: string[] = [];
  let seen = '';
  const cloud = doubleOf({ modelId: 'gpt-4.1', place: 'cloud' }, call => {
    seen = JSON.stringify(call);
    return { text: 'ok' };
  });
  const masker = personalDataMasker();
  for (let n = 0; n < count; n++) {
    const { kind, text, secret } = pick(personalCases, random);
    const [spelling, spell] = pick(Object.entries(spellings), random);
    const [place, callOf] = pick(Object.entries(places), random);
    const written = spell(text, secret);
    const given = `${ordinaryText(n, random).slice(0, 80)}\n${written.text}, and so on`;
    await run({ masker }, async () => direct(cloud).doGenerate(callOf(given)));
    if (seen.includes(JSON.stringify(written.secret).slice(1, -1)))
      problems.push(`${kind} (${spelling}) left in ${place}: ${JSON.stringify(written.text)}`);
  }
  const kinds = `${personalCases.length} values, ${Object.keys(spellings).length} spellings`;
  return {
    says: [`${count} calls (${kinds}, ${Object.keys(places).length} places)`],
    problems: [...new Set(problems)].slice(0, 20),
  };
}

function proveOrdinary(count: number, random: Random): Proof {
  const problems: string[] = [];
  let tokens = 0;
  let masked = 0;
  for (let n = 0; n < count; n++) {
    const text = ordinaryText(n, random);
    tokens += text.split(/\s+/).length;
    for (const { start, end, kind } of findPersonalData(text)) {
      const found = text.slice(start, end);
      masked += found.split(/\s+/).length;
      problems.push(`ordinary, but masked as ${kind}: ${found}`);
    }
  }
  const says = [`${count} ordinary texts: ${masked} of ${tokens} tokens masked`];
  return { says, problems: masked * 1000 > tokens ? problems.slice(0, 20) : [] };
}

// Units that made patterns without bounds slow, and what people send.
const units =
  'a|AQEB|eyJaaaaaaaa.|A-|1|1 |1234 |+1 (2) |@|a@|a.b@c |tel ' +
  '|ssn |born |:|ab:|://|&amp;|%25|\\|\\n|"|password: |key_' +
  '|-----BEGIN PRIVATE KEY-----|-----END PRIVATE KEY-----|-| ' +
  '|Abc |1 rue A|e\u0301|\u200b|１|这是一个|DE89 3704 |A1|.|(at' +
  '|{"id": 12345, "value": 1.25},' +
  '|The quick brown fox, 12 times. ';
const mostMs = 20;

function proveTime(most: number): Proof {
  const problems: string[] = [];
  let slowest = 0;
  for (const unit of units.split('|')) {
    const text = unit.repeat(Math.ceil(64_000 / unit.length)).slice(0, 64_000);
    const ms = Math.min(...[1, 2, 3, 4, 5].map(() => processorMs(() => findPersonalData(text))));
    slowest = Math.max(slowest, ms);
    if (ms > most) problems.push(`64 kB of ${JSON.stringify(unit)} took ${ms.toFixed(1)} ms`);
  }
  return { says: [`64 kB took at most ${slowest.toFixed(1)} ms of processor time`], problems };
}

function processorMs(work: () => void): number {
  const begun = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(begun);
  return (user + system) / 1000;
}

function pick<T>(from: readonly T[], random: Random): T {
  return from[Math.floor(random() * from.length)]!;
}
