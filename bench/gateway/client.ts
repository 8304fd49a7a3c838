import { Agent, request } from 'node:http';
import type { Contestant } from './contestants.ts';

const messages = [{ role: 'user', content: 'What is the answer to everything? '.repeat(8) }];

/** Milliseconds of one request: until the first byte that holds text, and until the end. */
export interface Timing {
  readonly firstMs: number;
  readonly wholeMs: number;
}

/** Sends one request over a kept connection. */
export function ask(contestant: Contestant, agent: Agent, isStreamed: boolean): Promise<Timing> {
  const body = JSON.stringify({
    model: contestant.model,
    messages,
    ...(isStreamed && { stream: true }),
  });
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const sent = request(
      contestant.url,
      {
        method: 'POST',
        agent,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          ...contestant.headers,
        },
      },
      response => {
        let [firstMs, text] = [0, ''];
        response.on('data', (piece: Buffer) => {
          text += piece.toString();
          if (firstMs === 0 && text.includes('"content":"The')) firstMs = performance.now() - begun;
        });
        response.on('end', () => {
          const isWhole = response.statusCode === 200 && text.includes('42.');
          if (isWhole) resolve({ firstMs, wholeMs: performance.now() - begun });
          else
            reject(
              new Error(
                `${contestant.name} answered ${response.statusCode}: ${text.slice(0, 300)}`,
              ),
            );
        });
        response.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Counts requests a second over so many connections, for so many milliseconds. */
export async function rate(
  contestant: Contestant,
  { connections, ms }: { connections: number; ms: number },
): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const begun = performance.now();
  let count = 0;
  const work = async () => {
    while (performance.now() - begun < ms) {
      await ask(contestant, agent, false);
      count++;
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
  agent.destroy();
  return (count / (performance.now() - begun)) * 1000;
}
