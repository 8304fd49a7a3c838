import { readFileSync, writeFileSync } from 'node:fs';
import { askedBy, type Recording } from './recordings.ts';

/**
 * `node tools/real/write-recordings.ts ANSWERS OUT [KIND [TEXT]]`: makes recordings for tests of
 * the answers that the suite kept by `--record`; of each request the first whole answer, one a
 * line.
 */
const [answers, out, kind, pattern = ''] = process.argv.slice(2);
if (answers === undefined || out === undefined) {
  console.error('Write `node tools/real/write-recordings.ts ANSWERS OUT [KIND [TEXT]]`.');
  process.exit(2);
}

interface KeptAnswer {
  readonly model: string;
  readonly body: Parameters<typeof askedBy>[0];
  readonly answer: string;
}

interface Whole {
  readonly choices?: readonly {
    readonly finish_reason: string;
    readonly message: { readonly content: string | null; readonly tool_calls?: unknown };
    readonly logprobs?: { readonly content?: readonly { token: string; logprob: number }[] } | null;
  }[];
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number };
}

const byRequest = new Map<string, Recording>();
for (const line of readFileSync(answers, 'utf8').trim().split('\n')) {
  const { model, body, answer } = JSON.parse(line) as KeptAnswer;
  const asked = askedBy(body);
  const isLater = body.messages?.some(({ role }) => role === 'tool' || role === 'assistant');
  if (!answer.startsWith('{') || isLater || (kind !== undefined && asked.kind !== kind)) continue;
  if (!asked.prompt.includes(pattern)) continue;
  const { choices: [choice] = [], usage } = JSON.parse(answer) as Whole;
  if (!choice || choice.message.tool_calls !== undefined) continue;
  const key = JSON.stringify([model, asked.prompt, asked.kind]);
  const tokens = choice.logprobs?.content
    ?.filter(({ token }) => token !== '')
    .map(({ token, logprob }) => [token, Math.round(logprob * 1e4) / 1e4] as const);
  if (byRequest.has(key)) continue;
  byRequest.set(key, {
    ...asked,
    model,
    text: choice.message.content ?? '',
    finish: choice.finish_reason,
    ...(tokens && { tokens }),
    inputTokens: usage?.prompt_tokens ?? 0,
    outputTokens: usage?.completion_tokens ?? 0,
  });
}
const lines = [...byRequest.values()].map(each => JSON.stringify(each));
writeFileSync(out, `[\n${lines.join(',\n')}\n]\n`);
console.log(`${lines.length} recordings in ${out}`);
