import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { textOf, userCall } from '../../../model/answer.ts';
import { summaryOf } from '../../../model/run/summary.ts';
import { scriptedModel } from '../../../testing/scripted-model.ts';
import { cascade } from '../cascade.ts';
import { cascadeEntry } from '../entry.ts';
import { byCommand } from './by-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-gate-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let scripts = 0;

// A program that judges by JavaScript over the `answer` on its input.
function program(body: string): [string, ...string[]] {
  const file = join(folder, `check-${scripts++}.mjs`);
  writeFileSync(
    file,
    "import { appendFileSync, readFileSync } from 'node:fs';\n" +
      `const answer = readFileSync(0, 'utf8');\n${body}`,
  );
  return [process.execPath, file];
}

async function judged(
  gate: ReturnType<typeof byCommand>,
  draft = 'seven',
): Promise<{ text: string; reason: string; warnings: string }> {
  const answer = await cascade({
    local: scriptedModel([draft], { modelId: 'local' }),
    cloud: scriptedModel(['the cloud answers'], { modelId: 'cloud', place: 'cloud' }),
    accept: gate,
  }).doGenerate(userCall('How many?'));
  const { reason = '' } = summaryOf(answer)!;
  return { text: textOf(answer), reason, warnings: JSON.stringify(answer.warnings) };
}

describe('the gate by command', () => {
  it.each([
    [0, 'seven', /passes/],
    [1, 'the cloud answers', /fails/],
    [2, 'the cloud answers', /cannot tell/],
    [3, 'the cloud answers', /broke off/],
  ])('reads exit code %i', async (code, text, reason) => {
    const found = await judged(byCommand({ command: program(`process.exit(${code})`) }));
    expect(found.text).toBe(text);
    expect(found.reason).toMatch(reason);
  });

  it('gives the answer on the standard input, whole, and no variable beside the path', async () => {
    const log = join(folder, 'seen.json');
    const long = `ä${'x'.repeat(300_000)}`;
    process.env.GATE_TEST_API_KEY = 'secret';
    const body =
      `appendFileSync(${JSON.stringify(log)}, JSON.stringify([answer.length, answer[0], ` +
      "Object.keys(process.env)]) + '\\n')";
    const { text } = await judged(byCommand({ command: program(body) }), long);
    delete process.env.GATE_TEST_API_KEY;
    expect(text).toBe(long);
    const [length, first, names] = JSON.parse(readFileSync(log, 'utf8').split('\n')[0]!) as [
      number,
      string,
      string[],
    ];
    expect([length, first]).toEqual([long.length, 'ä']);
    expect(names).not.toContain('GATE_TEST_API_KEY');
  });

  it('does not need a program that reads its input', async () => {
    const command: [string, ...string[]] = [process.execPath, '-e', 'process.exit(0)'];
    expect((await judged(byCommand({ command }), 'x'.repeat(500_000))).reason).toMatch(/passes/);
  });

  it('switches itself off when the same answer passes and then fails, and says so', async () => {
    const count = join(folder, 'count');
    const body =
      `appendFileSync(${JSON.stringify(count)}, 'x');\n` +
      `process.exit(readFileSync(${JSON.stringify(count)}).length % 2)`;
    const gate = byCommand({ command: program(body) });
    const first = await judged(gate);
    expect(first.text).toBe('the cloud answers');
    expect(first.reason).toMatch(/flaky/);
    expect(first.warnings).toMatch(/flaky/);
    const runs = readFileSync(count).length;
    expect((await judged(gate)).reason).toMatch(/flaky/);
    expect(readFileSync(count).length).toBe(runs);
  });

  it('switches itself off after three broken ends, as of a program that is not there', async () => {
    const gate = byCommand({ command: [join(folder, 'is-not-there')] });
    for (let time = 0; time < 2; time++)
      expect((await judged(gate)).reason).toMatch(
        /is-not-there" broke off: there is no such program/,
      );
    expect((await judged(gate)).reason).toMatch(/3 times in a row/);
  });

  it.each([
    ['there is no such program', ['no-such-program-at-all']],
    ['it ended with SIGTERM', [process.execPath, '-e', 'process.kill(process.pid, "SIGTERM")']],
    ['it ended with 3', [process.execPath, '-e', 'process.exit(3)']],
    ['E2BIG', [process.execPath, 'x'.repeat(3_000_000)]],
    ['null bytes', [process.execPath, 'a\0b']],
  ])('says what broke it off: %s', async (how, command) => {
    const found = await judged(byCommand({ command: command as [string, ...string[]] }));
    expect(found.text).toBe('the cloud answers');
    expect(found.reason).toContain(how);
  });

  it('ends a program that takes too long, with what it has started', async () => {
    const body =
      "const { spawn } = await import('node:child_process');\n" +
      "spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'inherit' });\n" +
      'await new Promise(done => setTimeout(done, 60000))';
    const started = performance.now();
    const found = await judged(byCommand({ command: program(body), commandMs: 300 }));
    expect(found.reason).toMatch(/broke off/);
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  it('judges many drafts at once', async () => {
    const gate = byCommand({ command: program('process.exit(answer === "7" ? 0 : 1)') });
    const drafts = ['7', '8', '7', '9', '7', '7'];
    const found = await Promise.all(drafts.map(draft => judged(gate, draft)));
    expect(found.map(({ text }) => text === '7')).toEqual(drafts.map(draft => draft === '7'));
  });

  it('is named in a configuration, and what it cannot tell is judged by signals', async () => {
    const roles = (drafts: string[]) => ({
      local: scriptedModel(drafts, { modelId: 'local' }),
      cloud: scriptedModel(['the cloud answers'], { modelId: 'cloud', place: 'cloud' as const }),
    });
    const make = (command: string[], drafts: string[]) =>
      cascadeEntry.make(roles(drafts), cascadeEntry.options.parse({ command }));
    const passing = make(program('process.exit(0)'), ['seven']);
    expect(textOf(await passing.doGenerate(userCall('How many?')))).toBe('seven');
    const silent = make(program('process.exit(2)'), ['seven', 'seven']);
    const answer = await silent.doGenerate(userCall('How many?'));
    expect(textOf(answer)).toBe('seven');
    expect(summaryOf(answer)!.reason).toMatch(/agreement/);
  });

  it('refuses an empty command and one that is a line for a shell', () => {
    expect(() => byCommand({ command: [] })).toThrow(/command/);
    expect(() => byCommand({ command: 'npm test' as never })).toThrow(/command/);
    expect(() =>
      cascadeEntry.make({} as never, cascadeEntry.options.parse({ gate: 'command' })),
    ).toThrow(/command/);
  });
});
