import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// The command line of the built package.
const program = fileURLToPath(new URL('../../bin/tandem.mjs', import.meta.url));

/**
 * Does what a new user does, in a folder of its own: `init --yes`, then a question. Both are right
 * where the configuration names the model and the question is answered.
 */
export async function firstHour(
  model: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly isInitRight: boolean; readonly isAnswered: boolean; said: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-first-'));
  try {
    const own = { ...process.env, ...env, XDG_CACHE_HOME: folder, HOME: folder };
    const init = await ran(['init', '--yes', '--json'], { folder, env: own });
    const isInitRight = new RegExp(`"local":(?:\\{"spec":)?"[^"]*${model}"`).test(init.said);
    const asked = await ran(['ask', 'Name a colour.'], { folder, env: own });
    const isAnswered = asked.status === 0 && asked.said.trim() !== '';
    return { isInitRight, isAnswered, said: `${init.said}\n${asked.said}` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function ran(
  args: readonly string[],
  { folder, env }: { readonly folder: string; readonly env: NodeJS.ProcessEnv },
): Promise<{ status: number | null; said: string }> {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => {
      said += part;
    });
  const status = await new Promise<number | null>(done => child.on('close', done));
  return { status, said };
}
