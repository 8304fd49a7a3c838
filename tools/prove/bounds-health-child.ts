import { Agent, request } from 'node:http';

/** Asks `/healthz` over and over, and tells how long p99 of the answers took. */
const [url = ''] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
// Some thousand times in an hour are enough for a p99, and leave the processor to the proof.
const betweenMs = 25;
let took: number[] = [];

function ask(): void {
  const begun = performance.now();
  const sent = request(`${url}/healthz`, { agent }, response => {
    response.resume();
    response.on('end', () => {
      took.push(performance.now() - begun);
      setTimeout(ask, betweenMs);
    });
  });
  sent.on('error', () => setTimeout(ask, 50));
  sent.end();
}

ask();
process.send?.({ url });
process.on('message', message => {
  if (message === 'reset') took = [];
  if (message === 'report') {
    const sorted = took.sort((a, b) => a - b);
    process.send?.({ p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? 0, asked: sorted.length });
    took = [];
  }
  if (message === 'end') process.exit(0);
});
