import { describe, expect, it } from 'vitest';
import { direct, run, textOf, userCall } from '../../src/index.ts';
import { doubleOf } from '../../src/testing/index.ts';
import { askerOn, previewOf } from './question/dry-run.ts';
import { openTerminal, type Terminal } from './terminal.ts';

function terminalThatSays(lines: string[], shown: string[]): Terminal {
  const terminal = openTerminal({
    stdout: process.stdout,
    stderr: process.stderr,
    env: { NO_COLOR: '1' },
  });
  return {
    ...terminal,
    isInteractive: true,
    note: text => void shown.push(text),
    ask: async () => lines.shift(),
  };
}

async function sentAfter(lines: string[]): Promise<{ sent: number; shown: string[] }> {
  const shown: string[] = [];
  let sent = 0;
  const cloud = doubleOf({ modelId: 'cloud', place: 'cloud' }, () => {
    sent++;
    return { text: 'yes' };
  });
  const { signal } = new AbortController();
  const asker = askerOn(terminalThatSays(lines, shown), { signal, line: 'x' });
  await run(
    { confirm: (event, call) => asker.confirm(previewOf(event, call, undefined)) },
    async () => {
      const asked = [1, 2].map(n =>
        Promise.resolve(direct(cloud).doGenerate(userCall(`question ${n}`))).then(
          textOf,
          (error: { code: string }) => error.code,
        ),
      );
      shown.push(...(await Promise.all(asked)));
    },
  );
  return { sent, shown };
}

describe('--confirm', () => {
  it('shows each call before it leaves, one by one, and sends what is confirmed', async () => {
    const { sent, shown } = await sentAfter(['y', 'n']);
    expect(sent).toBe(1);
    expect(shown[0]).toContain('question 1');
    expect(shown[1]).toContain('question 2');
    expect(shown.slice(2)).toEqual(['yes', 'egress_denied']);
  });

  it('asks no more after "all", and sends nothing where nobody answers', async () => {
    expect((await sentAfter(['all'])).sent).toBe(2);
    expect((await sentAfter([])).sent).toBe(0);
  });

  it('shows a plan before it is carried out, in turn with what leaves', async () => {
    const shown: string[] = [];
    const { signal } = new AbortController();
    const asker = askerOn(terminalThatSays(['y', 'n'], shown), { signal, line: 'x' });
    const asked = [asker.approve(['a: Add 2 and 3.']), asker.approve(['b: Double it.'])];
    expect(await Promise.all(asked)).toEqual([true, false]);
    expect(shown[0]).toContain('a: Add 2 and 3.');
  });

  it('is refused without a terminal, with the line that shows what would leave', () => {
    const terminal = { ...terminalThatSays([], []), isInteractive: false };
    const { signal } = new AbortController();
    const line = 'tandem ask "x" --dry-run';
    expect(() => askerOn(terminal, { signal, line })).toThrow(line);
  });
});
