import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';

const home = resolve('tools/python-clients');

/** One server, model and interface that the tests are put to. */
interface Target {
  readonly name: string;
  readonly url: string;
  readonly model: string;
  readonly responses: boolean;
}

/**
 * Puts LangChain's standard tests of chat models to a server itself and to it through the gateway,
 * over both interfaces. What passes at the server must pass through the gateway.
 * @returns what to print, and the tests that were lost
 */
export async function langchainStandard(
  python: string,
  { server, gateway }: { readonly server: string; readonly gateway: string },
): Promise<{ readonly says: readonly string[]; readonly lost: readonly string[] }> {
  const through = ['local', 'cascade', 'router'].flatMap(model =>
    [false, true].map(responses => {
      const name = `${model}_${responses ? 'responses' : 'chat'}`;
      return { name, url: gateway, model, responses };
    }),
  );
  const straight = { name: 'straight', url: server, model: 'small', responses: false };
  const passed = await passedBy(python, [straight, ...through]);
  const wanted = passed.get(straight.name) ?? new Set();
  const lost = through.flatMap(({ name }) =>
    [...wanted].filter(test => !passed.get(name)?.has(test)).map(test => `${name}: ${test}`),
  );
  const says = [straight, ...through].map(
    ({ name }) => `LangChain’s standard tests, ${name}: ${passed.get(name)?.size ?? 0} pass`,
  );
  return { says, lost: wanted.size === 0 ? ['straight: no test passes'] : lost };
}

async function passedBy(
  python: string,
  targets: readonly Target[],
): Promise<Map<string, Set<string>>> {
  const args = ['-m', 'pytest', join(home, 'standard'), '-rA', '-q', '--tb=line', '--no-header'];
  const quiet = [
    '-p',
    'no:cacheprovider',
    '-p',
    'no:benchmark',
    '-p',
    'no:codspeed',
    '-W',
    'ignore',
    '-o',
    'asyncio_mode=auto',
    // Clients keep connections for the loop that opened them.
    '-o',
    'asyncio_default_test_loop_scope=session',
  ];
  const child = spawn(python, [...args, ...quiet], {
    env: { ...process.env, TANDEM_TARGETS: JSON.stringify(targets), PYTHONDONTWRITEBYTECODE: '1' },
  });
  let text = '';
  for (const pipe of [child.stdout, child.stderr]) pipe.on('data', piece => (text += piece));
  await new Promise(end => child.on('close', end));
  const passed = new Map<string, Set<string>>();
  for (const [, target = '', test = ''] of text.matchAll(/^PASSED \S+::Test_(\w+)::(\S+)/gm))
    passed.set(target, (passed.get(target) ?? new Set()).add(test));
  if (passed.size === 0) console.error(text.slice(-4000));
  return passed;
}
