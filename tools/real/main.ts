import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isHelp } from './document-questions.ts';
import { embedderOf } from './embedder.ts';
import { writeEvidence } from './evidence.ts';
import type { Measured } from './figures.ts';
import { findModelFiles } from './model-files.ts';
import { chains } from './parts/chains.ts';
import { decisions } from './parts/decisions.ts';
import { demos } from './parts/demos.ts';
import { documents } from './parts/documents.ts';
import { ownEdits } from './parts/edits.ts';
import { jobs } from './parts/jobs.ts';
import { lookups } from './parts/lookups.ts';
import { maker } from './parts/maker.ts';
import { manners } from './parts/manners.ts';
import { objects } from './parts/objects.ts';
import { plans } from './parts/plans.ts';
import { ready } from './parts/ready.ts';
import { routing } from './parts/routing.ts';
import { samples } from './parts/samples.ts';
import { servers } from './parts/servers.ts';
import { tools } from './parts/tools.ts';
import { wordings } from './parts/wordings.ts';
import { workers } from './parts/workers.ts';
import { findRuntimes, replayed } from './servers.ts';
import { shownFigures } from './shown-figures.ts';
import { type Bench, openStands, type Part } from './stand.ts';
import { openKeptAnswers, openWire } from './wire.ts';

/**
 * `npm run real -- DIR [PART…]`: runs what the product promises on real small models, with the
 * servers of this machine, and prints each figure with its interval and what it is compared with.
 */
const partByName: Readonly<Record<string, Part>> = {
  manners,
  decisions,
  objects,
  tools,
  routing,
  samples,
  servers,
  demos,
  documents,
  chains,
  edits: ownEdits,
  jobs,
  lookups,
  maker,
  plans,
  ready,
  wordings,
  workers,
};

const { values: asked, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: 'string' },
    banking77: { type: 'string' },
    record: { type: 'string' },
    evidence: { type: 'string' },
    documents: { type: 'string' },
    part: { type: 'string', default: 'tune' },
    job: { type: 'string' },
    embedder: { type: 'string' },
    python: { type: 'string' },
    ollama: { type: 'string' },
    replay: { type: 'boolean', default: false },
    load: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
  },
});
const [folder, ...wanted] = positionals;
if (folder === undefined) {
  refuse(
    'No folder of GGUF files is given. Write `npm run real -- DIR [PART…] [--rows N] ' +
      '[--banking77 FILE] [--documents DIR [--part PART]] [--job NAME] [--embedder URL] ' +
      '[--record FILE] [--evidence FILE] ' +
      '[--python DIR] [--ollama FILE] [--replay] [--load] [--check]`.',
  );
}
const strange = wanted.find(name => !Object.hasOwn(partByName, name));
if (strange !== undefined)
  refuse(`There is no part "${strange}". Parts: ${Object.keys(partByName).join(', ')}.`);
const rows = asked.rows === undefined ? undefined : Number(asked.rows);
if (rows !== undefined && !(Number.isSafeInteger(rows) && rows > 0))
  refuse(`\`--rows\` must be a whole number of 1 or more, got "${asked.rows}".`);

const { files, problems } = await findModelFiles(folder);
const { runtimes, skipped } = asked.replay
  ? { runtimes: [replayed], skipped: [] }
  : await findRuntimes({
      python: asked.python === undefined ? undefined : resolve(asked.python),
      ollama: asked.ollama,
    });
for (const why of [...problems, ...skipped]) console.log(`skipped: ${why}`);
if (files.length === 0) console.log(`skipped: ${folder} holds none of the known files`);
const names = wanted.length > 0 ? wanted : Object.keys(partByName);
const results: Record<string, Measured> = {};
if (files.length > 0 && runtimes.length > 0) {
  for (const name of names) results[titleOf(name)] = await measured(name);
}
if (asked.evidence !== undefined) writeEvidence(asked.evidence, { files, runtimes, results });
const missed = Object.values(results).flatMap(({ figures }) =>
  figures.filter(figure => figure.wanted?.holds === false),
);
console.log(`${missed.length} figures miss what is wanted`);
process.exitCode = asked.check && missed.length > 0 ? 1 : 0;

// What was chosen on one part of the questions is told apart from what was looked at once, and so
// is one job, or a sum of another length, from the usual.
function titleOf(name: string): string {
  if (name === 'workers' && asked.part !== 'tune') return `${name}, on the part ${asked.part}`;
  if (name === 'jobs' && asked.job !== undefined) return `${name}: ${asked.job}`;
  if (name === 'lookups' && isHelp(asked.documents)) return `${name}, on a page of help`;
  return name === 'maker' && rows !== undefined ? `${name}, ${rows} digits` : name;
}

async function measured(name: string): Promise<Measured> {
  const answers = openKeptAnswers(asked.record);
  const stands = openStands(runtimes, answers);
  const hasEmbedder = asked.embedder !== undefined;
  const embedder = asked.replay ? undefined : asked.embedder;
  const wire = hasEmbedder ? await openWire('embedder', embedder, answers) : undefined;
  const bench: Bench = {
    files,
    runtimes,
    rows,
    isReplay: asked.replay,
    underLoad: asked.load,
    banking77: asked.banking77,
    documents: asked.documents,
    part: asked.part,
    only: asked.job,
    embedder: wire?.url,
    embed: wire ? embedderOf(wire) : undefined,
    stand: stands.stand,
    note: text => console.error(`${name}: ${text}`),
  };
  try {
    const result = await partByName[name]!(bench).catch(endedEarly);
    console.log(`\n${name}\n${shownFigures(result.figures)}`);
    for (const why of result.skipped) console.log(`skipped: ${why}`);
    return result;
  } finally {
    await stands.closeAll();
    if (wire) await wire.close();
  }
}

// What else was asked for is measured all the same.
function endedEarly(error: unknown): Measured {
  const value = String(error).slice(0, 300);
  const wanted = { says: 'to its end', holds: false };
  return { figures: [{ what: 'the part ended early', value, n: 0, wanted }], skipped: [] };
}

function refuse(message: string): never {
  console.error(message);
  process.exit(2);
}
