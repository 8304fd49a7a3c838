import { setTimeout as pause } from 'node:timers/promises';

/** What clients asked of gateways that come and go. */
export interface Traffic {
  /** Long runs that a gateway has taken. */
  readonly runs: readonly { readonly id: string; readonly question: string }[];
  /** Chats that were answered. */
  readonly chats: number;
  /** Asks a gateway how a run stands. */
  standing(port: number, id: string): Promise<Standing>;
}

interface Standing {
  readonly status: string;
  readonly said: string | undefined;
}

interface Asking {
  readonly random: () => number;
  readonly until: number;
  readonly key: string;
}

const everyMs = 500;

/** Starts long runs and asks chats of gateways, whichever answers, until a time. */
export async function askAlong(
  ports: readonly number[],
  { random, until, key }: Asking,
): Promise<Traffic> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const send = (port: number, path: string, body?: object) =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
      headers,
      signal: AbortSignal.timeout(20_000),
    });
  const runs: { id: string; question: string }[] = [];
  const waiting: Promise<void>[] = [];
  let chats = 0;
  for (let n = 0; Date.now() < until; n++) {
    const port = ports[Math.floor(random() * ports.length)]!;
    const asked = async (model: string, path: string) => {
      const question = `${model} ${n}`;
      const messages = [{ role: 'user', content: question }];
      const response = await send(port, path, { model, messages, max_tokens: 5 });
      if (response.status === 202)
        runs.push({ id: ((await response.json()) as { id: string }).id, question });
      else if (response.ok) chats++;
    };
    // One that is dead or cut off refuses, and nothing was taken.
    waiting.push(asked('local', '/v1/runs').catch(() => {}));
    if (n % 4 === 0) waiting.push(asked('paid', '/v1/chat/completions').catch(() => {}));
    await pause(everyMs);
  }
  await Promise.all(waiting);
  const standing = async (port: number, id: string): Promise<Standing> => {
    try {
      const run = (await (await send(port, `/v1/runs/${id}`)).json()) as RunAnswer;
      return { status: run.status, said: run.result?.choices[0]?.message.content };
    } catch (error) {
      return { status: `not told (${(error as Error).message})`, said: undefined };
    }
  };
  return { runs, chats, standing };
}

interface RunAnswer {
  readonly status: string;
  readonly result: {
    readonly choices: { readonly message: { readonly content: string } }[];
  } | null;
}
