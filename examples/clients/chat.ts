import OpenAI from 'openai';

/** The official client with its base URL changed: chat.ts URL MODEL QUESTION */
const [
  baseURL = 'http://127.0.0.1:4114/v1',
  model = 'cascade',
  question = 'How do I reset my password?',
] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey: 'none' });
const completion = await client.chat.completions.create({
  model,
  messages: [{ role: 'user', content: question }],
});
console.log(completion.choices[0]?.message.content);
const { tandem } = completion as unknown as {
  tandem: { answeredBy: string; reason: string; costUsd: number };
};
console.log(`answered by ${tandem.answeredBy}: ${tandem.reason}, for $${tandem.costUsd}`);
