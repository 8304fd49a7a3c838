import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWireDouble } from '../../../src/testing/index.ts';
import { runTandem } from '../run-tandem.ts';
import { spawnTandem } from '../spawn-tandem.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tandem-chat-'));
  writeFileSync(join(folder, 'handbook.txt'), 'Every employee has 28 days of leave.\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const clouds = async (...texts: string[]) => {
  const double = await startWireDouble(texts.map(text => ({ text })));
  return {
    double,
    env: {
      TANDEM_DISCOVERY: 'off',
      OPENAI_API_KEY: 'k',
      OPENAI_BASE_URL: `${double.url}/v1`,
    },
  };
};
interface ImagePart {
  readonly image_url: { readonly url: string };
}

const bodyOf = (body: unknown) =>
  body as {
    readonly messages: readonly { readonly role: string; readonly content: never }[];
    readonly response_format: { readonly type: string };
  };
const model = ['chat', '--model', 'openai:gpt-4.1'];

describe('tandem chat', () => {
  it('sends what was said before, and says who answered and what left', async () => {
    const { double, env } = await clouds('It is Paris.', 'About two million.');
    await using _double = double;
    const typed = ['What is the capital of France?', 'How many live there?', '/quit'];
    const { code, out, err } = await runTandem(model, { folder, env, typed });
    expect([code, out]).toEqual([0, 'It is Paris.\nAbout two million.\n']);
    expect(err).toMatch(/openai:gpt-4\.1 \(cloud\) · .* · \$0\.\d+ · \d+ characters left/);
    expect(err).toMatch(/2 answers, \$0\.\d+; \d+ characters left the machine for 2 of them\./);
    const { messages } = bodyOf(double.requests[1]!.body);
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
  });

  it('forgets with /new, explains with /explain, and knows no other command', async () => {
    const { double, env } = await clouds('One.', 'Two.');
    await using _double = double;
    const typed = ['First?', '/explain', '/nwe', '/new', 'Second?', '/quit'];
    const { err } = await runTandem(model, { folder, env, typed });
    expect(err).toMatch(/answered by +openai:gpt-4\.1 \(cloud\)/);
    expect(err).toContain('There is no command "/nwe".');
    expect(bodyOf(double.requests[1]!.body).messages).toHaveLength(1);
  });

  it('goes on after a question that fails, without it, and ends with 1', async () => {
    await using double = await startWireDouble([{ status: 400 }, { text: 'Yes.' }]);
    const env = {
      ...{ TANDEM_DISCOVERY: 'off', OPENAI_API_KEY: 'k' },
      OPENAI_BASE_URL: `${double.url}/v1`,
    };
    const { code, out, err } = await runTandem(model, {
      ...{ folder, env, typed: ['Bad?', 'Good?', '/quit'] },
    });
    expect([code, out]).toEqual([1, 'Yes.\n']);
    expect(err).toContain('refused with 400');
    expect(bodyOf(double.requests.at(-1)!.body).messages).toHaveLength(1);
  });

  it('tells a question that failed in the document, too', async () => {
    await using double = await startWireDouble([{ status: 400 }, { text: 'Yes.' }]);
    const env = {
      ...{ TANDEM_DISCOVERY: 'off', OPENAI_API_KEY: 'k' },
      OPENAI_BASE_URL: `${double.url}/v1`,
    };
    const { code, out } = await spawnTandem([...model, '--json'], {
      ...{ folder, env, input: 'Bad?\nGood?\n' },
    });
    expect(code).toBe(1);
    expect(JSON.parse(out).turns).toMatchObject([
      { question: 'Bad?', error: { code: expect.any(String) } },
      { question: 'Good?', answer: 'Yes.' },
    ]);
  });

  it('answers the lines of a file, and prints one document with --json', async () => {
    const { double, env } = await clouds('One.', 'Two.');
    await using _double = double;
    const { code, out, err } = await spawnTandem([...model, '--json'], {
      ...{ folder, env, input: 'First?\n\nSecond?\n' },
    });
    expect([code, err]).toEqual([0, '']);
    expect(JSON.parse(out).turns).toMatchObject([
      { question: 'First?', answer: 'One.', place: 'cloud' },
      { question: 'Second?', answer: 'Two.' },
    ]);
  });

  it('keeps each answer as a run where the environment names a journal', async () => {
    const { double, env } = await clouds('One.', 'Two.');
    await using _double = double;
    const kept = { ...env, TANDEM_JOURNAL: join(folder, 'chat.db') };
    await runTandem(model, { folder, env: kept, typed: ['First?', 'Second?', '/quit'] });
    const { out } = await runTandem(['runs', '--json'], { folder, env: kept });
    expect(JSON.parse(out)).toHaveLength(2);
  });

  it('answers from a document, again and again', async () => {
    const typed = ['How many days of leave has an employee?', 'And of leave for an employee?'];
    const { out } = await runTandem(['chat', '--doc', 'handbook.txt'], {
      ...{ folder, env: { TANDEM_DISCOVERY: 'off' }, typed },
    });
    expect(out.match(/28 days of leave\. \[e1\]/g)).toHaveLength(2);
  });
});

describe('tandem ask', () => {
  it('takes the question from stdin, with words for the model before it', async () => {
    const { double, env } = await clouds('Fine.');
    await using _double = double;
    const args = ['ask', '-', '--model', 'openai:gpt-4.1', '--system', 'Be short.', '--keep'];
    const { code, out } = await spawnTandem(args, { folder, env, input: 'Is it fine?\n' });
    expect([code, out]).toEqual([0, expect.stringContaining('Fine.')]);
    expect(bodyOf(double.requests[0]!.body).messages).toEqual([
      { role: 'system', content: 'Be short.' },
      { role: 'user', content: 'Is it fine?' },
    ]);
    const { out: runs } = await runTandem(['runs', '--json'], { folder, env });
    expect(runs).toContain('"pattern":"direct"');
  });

  it('sends a picture with the question, and refuses what is none', async () => {
    const { double, env } = await clouds('A dot.');
    await using _double = double;
    const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
    writeFileSync(join(folder, 'dot.bin'), png);
    const args = ['ask', 'What is it?', '--model', 'openai:gpt-4.1', '--image'];
    expect((await runTandem([...args, 'dot.bin'], { folder, env })).code).toBe(0);
    const [image] = bodyOf(double.requests[0]!.body).messages[0]!.content as [ImagePart];
    expect(image.image_url.url).toBe(`data:image/png;base64,${png.toString('base64')}`);
    const refused = await runTandem([...args, 'handbook.txt'], { folder, env });
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('is no picture')]);
  });

  it('asks for JSON that fits a schema, and refuses a file that holds none', async () => {
    const { double, env } = await clouds('{"days":28}');
    await using _double = double;
    const schema = { type: 'object', properties: { days: { type: 'number' } } };
    writeFileSync(join(folder, 'schema.json'), JSON.stringify(schema));
    const args = ['ask', 'How many?', '--model', 'openai:gpt-4.1', '--schema'];
    const { out } = await runTandem([...args, 'schema.json'], { folder, env });
    expect(out).toContain('{"days":28}');
    expect(bodyOf(double.requests[0]!.body).response_format.type).toBe('json_schema');
    for (const file of ['handbook.txt', 'missing.json'])
      expect((await runTandem([...args, file], { folder, env })).code).toBe(1);
  });
});
