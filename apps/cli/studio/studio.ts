import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod';
import { patternByName, resolveConfig } from '../../../src/entries/config.ts';
import { defaultJournalPath } from '../../../src/entries/runs.ts';
import { extractive, model, notConfigured, TandemError } from '../../../src/index.ts';
import { type Command, type Invocation, wrongUse } from '../command.ts';
import { ending, loadGateway } from '../commands/serve.ts';
import { journalOption } from '../journal.ts';
import { readConfigIfSound, type Workspace } from '../workspace.ts';
import { openBrowser } from './open-browser.ts';

/** `tandem studio`: the page over a journal alone, read only. */
export const studio: Command = {
  name: 'studio',
  summary: 'Show the runs of a journal in the browser, read only: no model is needed or asked.',
  usage: '[options]',
  options: {
    ...journalOption,
    port: {
      type: 'string',
      value: 'PORT',
      help: 'where to listen; 0 takes any free one',
      schema: z.number().int().min(0).max(65_535).default(0),
    },
    open: { type: 'boolean', help: 'open it in the browser' },
  },
  examples: [
    ['tandem studio --open', 'what this folder has kept'],
    ['tandem studio --journal audit.db', 'another journal'],
  ],
  async run(invocation) {
    const { options, terminal, env } = invocation;
    const { journal: configured = {} } = await readConfigIfSound(invocation);
    const named =
      (options.journal as string | undefined) ??
      env.TANDEM_JOURNAL ??
      configured.path ??
      defaultJournalPath;
    const path = requireJournal(invocation, named);
    const { TANDEM_JOURNAL_KEY: key } = env;
    const { content } = configured;
    const { startServer } = await loadGateway(invocation);
    const start = (kept: Pick<Parameters<typeof startServer>[0], 'journal' | 'unreadable'>) =>
      startServer({
        load: async () => withoutModels(),
        host: '127.0.0.1',
        port: options.port as number,
        studioAlone: true,
        logLevel: 'error',
        ...kept,
      });
    const journal = { path, ...(key !== undefined && { key }), ...(content && { content }) };
    // Whoever looks at the page is told there why it is empty.
    const server = await start({ journal }).catch((error: unknown) => {
      if (!TandemError.isInstance(error) || error.code !== 'journal_failed') throw error;
      terminal.note(error.message);
      return start({ unreadable: error });
    });
    const { url } = server.studio;
    if (options.json) terminal.out(`${JSON.stringify({ url })}\n`);
    else terminal.out(`${terminal.style.accent(url)} shows ${named}, until Ctrl-C\n`);
    if (options.open && !(await openBrowser(server.studio.once())))
      terminal.note('No browser could be opened. Open the address yourself.');
    await ending(invocation.signal);
    await server.close(0);
    return 0;
  },
};

// A store of that name would be made, and shown as empty. A database server has no file.
function requireJournal({ folder }: Invocation, named: string): string {
  if (/^\w+:\/\//.test(named)) return named;
  const path = resolve(folder, named);
  if (existsSync(path)) return path;
  throw wrongUse(
    `There is no journal at "${named}".`,
    'Name one by `--journal FILE`, or keep runs first: `tandem ask --keep`, `tandem serve --keep`.',
  );
}

function withoutModels(): Workspace {
  const config = { gateway: { state: ':memory:' } };
  const resolved = resolveConfig(config, {
    model,
    patternByName,
    fallback: { local: () => extractive(), cloud: () => notConfigured() },
  });
  const roles = { local: undefined, cloud: undefined };
  return { setup: 'no model', resolved, roles, origins: {}, config };
}
