// What the router is worth: 400 requests to learn from, 300 others to work off, beside the local
// model alone and the cloud model alone.
//
//   node examples/content-platform/eval.ts [--local SPEC --cloud SPEC] [--learn N] [--work N]
import { direct } from 'tandem';
import { type Figure, paired, points, report, share, usd } from '../job/figures.ts';
import { readPair } from '../job/pair.ts';
import { type Done, keptShare, outcomesOf, type Pair, trained, workOff } from './desk.ts';
import { prices, simulatedPair, statedSeconds } from './pair.ts';
import { kinds, requestsOf } from './requests.ts';

const named = await readPair({ learn: 'string', work: 'string' });
const learn = Number(named.options.learn ?? 400);
const work = Number(named.options.work ?? 300);
const requests = requestsOf(learn + work, 7);
const simulated = simulatedPair(requests);
const isSimulated = !named.cloud;
const pair: Pair = {
  local: named.local ?? simulated.local,
  cloud: named.cloud ?? simulated.cloud,
  prices: isSimulated ? prices : named.prices,
};
const { model, weights, warnings } = trained(
  await outcomesOf(requests.slice(0, learn), pair),
  pair,
);
const test = requests.slice(learn);
const worked = async (by: Parameters<typeof workOff>[1]) => {
  const done: Done[] = [];
  for (const request of test) done.push(await workOff(request, by, pair.prices));
  return done;
};
const local = await worked(direct(pair.local));
const routed = await worked(model);
// A model that is asked by itself bears no summary, which has the price.
const cloud = await worked(direct(pair.cloud));

const right = (done: readonly Done[]) => done.map(({ isRight }) => Number(isRight));
const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
const cost = (done: readonly Done[]) => sum(done.map(({ costUsd }) => costUsd));
const seconds = (done: readonly Done[]) =>
  isSimulated
    ? sum(done.map(({ place }) => statedSeconds[place === 'cloud' ? 'cloud' : 'local']))
    : sum(done.map(each => each.seconds));
const line = (done: readonly Done[]) =>
  `${share(sum(right(done)), done.length)}  ${usd(cost(done))}  ${seconds(done).toFixed(0)} s`;
const aboveLocal = paired(right(routed), right(local));
const sent = routed.filter(({ place }) => place === 'cloud');
const byKind = kinds.map(kind => {
  const own = routed.filter(({ request }) => request.kind === kind);
  const there = own.filter(({ place }) => place === 'cloud').length;
  return `${kind} ${there} of ${own.length}`;
});
const { decided, kept } = weights?.thresholds ?? {};
const hasPromise = (decided?.localFrom ?? 2) <= 1 || kept?.isGuaranteed === true;

const figures: Figure[] = [
  { what: 'always local: right, price, time', value: line(local) },
  { what: 'always cloud: right, price, time', value: line(cloud) },
  { what: 'router: right, price, time', value: line(routed) },
  {
    what: 'router above always local',
    value: points(aboveLocal),
    wanted: ['interval above 0', aboveLocal.low > 0],
  },
  { what: 'router against always cloud', value: points(paired(right(routed), right(cloud))) },
  {
    what: 'price, of always cloud',
    value: `${Math.round((100 * cost(routed)) / cost(cloud))} %`,
    wanted: ['below 100 %', cost(routed) < cost(cloud)],
  },
  { what: 'sent to the cloud', value: share(sent.length, test.length) },
  { what: 'of which by kind', value: byKind.join(', ') },
  { what: 'the log allowed a promise', value: hasPromise ? 'yes' : 'no' },
];
report(
  'Content platform',
  [
    `Data: requests.ts of this folder, generated: ${learn} to learn from, ${work} others to do; ` +
      `each answer is judged by a program. Wanted: ${100 * keptShare} % of the cloud's quality.`,
    ...(isSimulated
      ? ['SIMULATION: accuracies by kind and seconds are stated in pair.ts; priced as gpt-4.1.']
      : []),
    ...warnings,
  ],
  figures,
);
