// A conversation over the pages' own interface, as a customer and a colleague would have it.
import type { Conversation } from './conversations.ts';
import type { Week } from './week.ts';

async function send<T>(url: string, body?: object): Promise<T> {
  const response = await fetch(url, {
    ...(body && {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
  return (await response.json()) as T;
}

/** Plays a conversation at a served desk and prints it. */
export async function play(url: string): Promise<void> {
  const id = 'maria';
  let shown = 0;
  const show = (conversation: Conversation) => {
    for (const { by, text, articles } of conversation.said.slice(shown)) {
      const from = articles?.length ? `\n            (from: ${articles.join('; ')})` : '';
      console.log(`${by.padStart(10)}  ${text}${from}`);
    }
    shown = conversation.said.length;
    return conversation;
  };
  const ask = async (text: string) => show(await send(`${url}/ask`, { id, text }));
  await ask('How long does the battery of the HT-20 run on one charge?');
  const second = await ask('My trimmer stops and its red lamp blinks three times.');
  const runId = second.said.at(-1)?.runId;
  await send(`${url}/rate`, { id, runId, rating: 'up' });
  console.log('            [thumb up]');
  await ask('Please cancel order 55-1203 for me.');
  const [waiting] = await send<Conversation[]>(`${url}/waiting`);
  console.log(`   [staff]  ${waiting?.id} waits: "${waiting?.said.at(-2)?.text}"`);
  show(await send(`${url}/reply`, { id, text: 'I have cancelled it, Maria. Anything else?' }));
  await send(`${url}/close`, { id });
  // Records follow their answers by up to 25 ms.
  await new Promise(resolve => setTimeout(resolve, 100));
  const week = await send<Week>(`${url}/week`);
  console.log(
    `    [week]  ${week.questions} questions: ${week.here} answered here, ${week.larger} by the ` +
      `larger model, ${week.person} by a person;\n` +
      `            $${week.savedUsd.toFixed(5)} saved against ` +
      `gpt-4.1 for all; ${week.charactersThatLeft} characters left; ` +
      `${week.up} thumb up, ${week.down} down`,
  );
  if (!waiting || week.questions !== 3 || week.up !== 1) process.exitCode = 1;
}
