// Content platform: a queue of mixed requests, worked off by whoever is good enough.
//
//   node examples/content-platform/main.ts                         simulations; no model is needed
//   node examples/content-platform/main.ts --local ollama:phi4-mini --cloud azure:gpt-4.1
//   node examples/content-platform/main.ts --learn 200 --work 50    how many to learn from, to do
import { readPair } from '../job/pair.ts';
import { outcomesOf, type Pair, trained, workOff } from './desk.ts';
import { prices, simulatedPair } from './pair.ts';
import { requestsOf } from './requests.ts';

const named = await readPair({ learn: 'string', work: 'string', play: 'boolean' });
const count = (name: string, usual: number) => {
  const given = named.options[name];
  const value = given === undefined ? usual : Number(given);
  if (Number.isSafeInteger(value) && value > 0) return value;
  console.error(`\`--${name}\` must be a whole number of 1 or more, got "${given}".`);
  process.exit(2);
};
const [learn, work] = [count('learn', 400), count('work', 15)];
const requests = requestsOf(learn + work, 7);
const simulated = simulatedPair(requests);
const pair: Pair = {
  local: named.local ?? simulated.local,
  cloud: named.cloud ?? simulated.cloud,
  prices: named.cloud ? named.prices : prices,
};
console.log(`local: ${pair.local.modelId}; cloud: ${pair.cloud.modelId}`);
const learned = await outcomesOf(requests.slice(0, learn), pair);
const share = (role: 'local' | 'cloud') =>
  `${Math.round((100 * learned.filter(row => row[role].correct === 1).length) / learn)} %`;
console.log(`learned from ${learn}: local right ${share('local')}, cloud ${share('cloud')}\n`);
const { model, warnings } = trained(learned, pair);
for (const warning of warnings) console.log(`warning: ${warning}`);
const totals = { here: 0, right: 0, costUsd: 0 };
for (const request of requests.slice(learn)) {
  const { place, isRight, text, reason, costUsd } = await workOff(request, model, pair.prices);
  totals.here += Number(place !== 'cloud');
  totals.right += Number(isRight);
  totals.costUsd += costUsd;
  const who = place === 'cloud' ? 'cloud' : 'here ';
  console.log(`${who}  ${request.kind.padEnd(9)}  ${isRight ? 'right' : 'WRONG'}  ${reason}`);
  console.log(`       ${text.replace(/\s+/g, ' ').slice(0, 88)}`);
}
console.log(
  `\n${work} requests: ${totals.here} answered here, ${totals.right} right, ` +
    `$${totals.costUsd.toFixed(5)}`,
);
