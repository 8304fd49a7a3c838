import { Agent, request } from 'node:http';
import type { Sent } from './requests.ts';

const mostAnswerMs = 90_000;
// What a hostile server, file or question may be the cause of.
const mayBeHigh = new RegExp(
  '"code":"(model_failed|bad_answer|not_converged|deadline_exceeded|overloaded|not_configured' +
    '|egress_denied)"',
);

/** Sends requests, and tells of each what is wrong with its answer. */
export interface Sender {
  /** Sends one; what is wrong, if anything is. */
  send(sent: Sent): Promise<string | undefined>;
  /** How many answers had which status. */
  statuses(): string;
}

/** Makes a sender over so many connections at once. */
export function senderTo(url: string, atOnce: number): Sender {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const byStatus = new Map<number, number>();
  return {
    async send(sent) {
      const begun = performance.now();
      const { status, body } = await answerTo(url, sent, agent);
      byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
      if (performance.now() - begun > mostAnswerMs)
        return `not answered in ${mostAnswerMs} ms: ${sent.what}`;
      const isWrong = status === 500 || (status > 500 && !mayBeHigh.test(body));
      return isWrong ? `answered ${status} ${body.slice(0, 200)}: ${sent.what}` : undefined;
    },
    statuses: () =>
      [...byStatus]
        .sort(([a], [b]) => a - b)
        .map(([status, count]) => `${status || 'closed'}: ${count}`)
        .join(', '),
  };
}

function answerTo(
  url: string,
  { method, path, body, headers }: Sent,
  agent: Agent,
): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise(resolve => {
    const length =
      body === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const options = { method, agent, headers: { ...length, ...headers } };
    const asked = request(`${url}${path}`, options, response => {
      let text = '';
      response.on('data', piece => (text = (text + piece).slice(0, 4000)));
      response.on('close', () => resolve({ status: response.statusCode ?? 0, body: text }));
      response.on('error', () => resolve({ status: 0, body: text }));
    });
    asked.setTimeout(mostAnswerMs + 10_000, () => asked.destroy());
    asked.on('error', () => resolve({ status: 0, body: '' }));
    asked.end(body);
  });
}
