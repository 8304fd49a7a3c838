import { parseArgs } from 'node:util';
import { proveBorder } from './prove/border.ts';
import { proveBounds } from './prove/bounds.ts';
import { proveDevice } from './prove/device.ts';
import { proveDiscovery } from './prove/discovery.ts';
import { proveDocuments } from './prove/documents.ts';
import { proveEgress } from './prove/egress.ts';
import { proveForget } from './prove/forget.ts';
import { proveGateway } from './prove/gateway.ts';
import { proveSoak } from './prove/gateway-soak.ts';
import { proveIdle } from './prove/idle.ts';
import { type Proof, proveChain, proveJournal, proveMinions } from './prove/journal.ts';
import { proveChaosAlone } from './prove/machines/on-postgres.ts';
import { proveMachines } from './prove/machines.ts';
import { proveMask } from './prove/mask.ts';
import { proveNewcomer } from './prove/newcomer.ts';
import { proveOpenResponses } from './prove/openresponses.ts';
import { proveOwner } from './prove/owner.ts';
import { provePilot } from './prove/pilot.ts';
import { proveSolve } from './prove/solve.ts';
import { proveStudio } from './prove/studio.ts';
import { proveTrust } from './prove/trust.ts';

/**
 * `npm run prove NAME [--tenth] [--seed=N]`: long proofs, whole or a seeded tenth as in CI.
 * `openresponses` takes a folder besides, `machines` a part: pool, cold, batch, postgres, rate, or
 * lines with `--lines N`; `newcomer` takes a folder of GGUF files, with `--python DIR` and
 * `--ollama FILE` as `npm run real` does.
 */
const proofs: Readonly<Record<string, (share: number, random: () => number) => Promise<Proof>>> = {
  journal: (share, random) => proveJournal(Math.round(100 * share), random),
  chaos: (share, random) => proveChaosAlone(10 * share, random),
  chain: (share, random) => proveChain(Math.round(50 * share), random),
  minions: (share, random) => proveMinions(Math.round(50 * share), random),
  egress: (share, random) => proveEgress(Math.round(100 * share), random),
  border: (share, random) => proveBorder(share, random),
  bounds: (share, random) => proveBounds(share, random),
  forget: (share, random) => proveForget(share, random),
  gateway: (share, random) => proveGateway(Math.round(100_000 * share), random),
  device: () => proveDevice(),
  documents: (share, random) => proveDocuments(share, random),
  discovery: share => proveDiscovery(Math.max(1, Math.round(10 * share))),
  idle: share => proveIdle(share),
  soak: (share, random) => proveSoak(share, random),
  openresponses: () => proveOpenResponses(positionals[1]),
  owner: (share, random) => proveOwner(share, random),
  newcomer: share => proveNewcomer(share, realServers),
  pilot: share => provePilot(Math.round(60 * share)),
  machines: (share, random) => proveMachines(share, random, { part: positionals[1], lines }),
  mask: (share, random) => proveMask(share, random),
  studio: share => proveStudio(share),
  trust: () => proveTrust(),
  solve: (share, random) => proveSolve(Math.round(50 * share), random),
};

const { values: asked, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tenth: { type: 'boolean' },
    seed: { type: 'string', default: '7' },
    lines: { type: 'string' },
    python: { type: 'string' },
    ollama: { type: 'string' },
  },
});
const lines = asked.lines === undefined ? undefined : Number(asked.lines);
const [name, folder] = positionals;
const realServers =
  name === 'newcomer' && folder !== undefined
    ? { folder, python: asked.python, ollama: asked.ollama }
    : undefined;
const prove = name === undefined ? undefined : proofs[name];
const seed = Number(asked.seed);
if (!prove) refuse(`There is no proof "${name ?? ''}". Known: ${Object.keys(proofs).join(', ')}.`);
if (!Number.isSafeInteger(seed)) refuse(`\`--seed\` must be a whole number, got "${asked.seed}".`);
const begun = performance.now();
const { says, problems } = await prove(asked.tenth ? 0.1 : 1, seeded(seed));
for (const line of says) console.log(line);
for (const problem of problems) console.error(problem);
console.log(
  `${name}: ${problems.length === 0 ? 'proved' : 'BROKEN'} in ` +
    `${((performance.now() - begun) / 1000).toFixed(0)} s, seed ${seed}`,
);
process.exitCode = problems.length === 0 ? 0 : 1;

function refuse(message: string): never {
  console.error(message);
  process.exit(2);
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}
