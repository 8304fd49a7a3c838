import { expect, it } from 'vitest';
import { userCall } from '../model/answer.ts';
import { TandemError } from '../model/errors.ts';
import { direct } from '../model/pattern/direct.ts';
import type { RunJournal } from '../model/run/ports.ts';
import { run } from '../model/run/scope-life.ts';
import { collectStream } from '../testing/double.ts';
import { azure } from './azure/azure.ts';

it.each(['doGenerate', 'doStream'] as const)(
  'nothing is sent for a run that was lost while a token was waited for, by %s',
  async method => {
    let isTaken = false;
    let sent = 0;
    const record: RunJournal = {
      find: () => undefined,
      intend: async () => {},
      record: async () => {},
      read() {},
      decide() {},
      end() {},
      confirm() {
        if (isTaken) throw new TandemError('run_taken', 'The run was taken over.');
      },
    };
    const model = direct(
      azure({
        deployment: 'gpt-4.1',
        endpoint: 'https://name.openai.azure.com',
        credential: {
          async getToken() {
            isTaken = true;
            return { token: 't', expiresOnTimestamp: Date.now() + 3_600_000 };
          },
        },
        fetch: async () => {
          sent++;
          return new Response('{}');
        },
      }),
    );
    const ask = async () =>
      method === 'doGenerate'
        ? model.doGenerate(userCall('hi'))
        : collectStream((await model.doStream(userCall('hi'))).stream);
    const answer = run({ journal: { begin: () => record } }, ask);
    await expect(answer).rejects.toMatchObject({ code: 'run_taken' });
    expect(sent).toBe(0);
  },
);
