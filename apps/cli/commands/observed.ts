import { TandemError } from '../../../src/index.ts';
import { type Command, wrongUse } from '../command.ts';

/** `tandem observed`: what an observed pattern would have saved and risked. */
export const observed: Command = {
  name: 'observed',
  summary: 'Ask a server with `--observe` what its pattern would have saved and risked.',
  usage: '[options]',
  options: {
    url: { type: 'string', value: 'URL', help: 'of the server (default: http://127.0.0.1:4114)' },
  },
  examples: [['tandem observed', 'after `tandem serve --observe support`']],
  async run({ options, terminal, env, signal }) {
    const server = String(options.url ?? 'http://127.0.0.1:4114').replace(/\/{1,9}$/, '');
    if (!/^https?:\/\/[^/]/i.test(server) || !URL.canParse(server))
      throw wrongUse(`\`--url\` is "${server}".`, 'Give an address that begins with http://.');
    const url = `${server}/v1/observed`;
    const { TANDEM_API_KEY: key } = env;
    const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
    const report = await reportOf(url, { headers, signal });
    terminal.out(options.json ? `${JSON.stringify(report)}\n` : `${report.said.join('\n')}\n`);
    return 0;
  },
};

async function reportOf(url: string, init: RequestInit): Promise<{ readonly said: string[] }> {
  const response = await fetch(url, init).catch(() => undefined);
  const body = (await response?.json().catch(() => undefined)) as
    | { said?: string[]; error?: { message?: string } }
    | undefined;
  if (response?.ok && body?.said) return { ...body, said: body.said };
  const what = response
    ? `${url} answered ${response.status}${body?.error?.message ? `: ${body.error.message}` : ''}.`
    : `${url} cannot be reached.`;
  const message =
    `${what} Start \`tandem serve --observe PATTERN\`, name it by \`--url\`, and set ` +
    'TANDEM_API_KEY where it wants a key.';
  throw new TandemError('model_failed', message, { data: { url } });
}
