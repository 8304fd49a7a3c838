import { PassThrough } from 'node:stream';
import { main } from './main.ts';
import type { Ended } from './spawn-tandem.ts';
import { elsewhere } from './spawn-tandem.ts';

/** How a command is run. */
export interface Running {
  readonly folder: string;
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Lines that are typed, one at each question: a terminal stands in, and what it shows is in
   * `err`.
   */
  readonly typed?: readonly string[];
  /** Keys that are pressed, some at each question: what stands in for a terminal reads them. */
  readonly pressed?: readonly string[];
  /** Columns of a terminal that shows the result. Default: a pipe takes it. */
  readonly columns?: number;
}

/**
 * Runs the command line in this process, in a folder, for tests of arguments, output and exit
 * codes; only what is given is in its environment. One at a time: the process itself stands in the
 * folder meanwhile.
 */
export async function runTandem(
  args: readonly string[],
  { folder, env = {}, typed, pressed, columns }: Running,
): Promise<Ended> {
  const [stdout, stderr] = [
    capture(columns !== undefined, columns),
    capture(
      [typed, pressed, columns].some(given => given !== undefined),
      columns,
    ),
  ];
  const before = process.cwd();
  process.chdir(folder);
  try {
    const code = await main(
      args,
      { gateway: noGateway },
      {
        stdout: stdout.stream,
        stderr: stderr.stream,
        ...(typed && { stdin: typist(typed, stderr.stream) }),
        ...(pressed && { stdin: presser(pressed, stderr.stream) }),
        env: { HOME: folder, NO_COLOR: '1', ...elsewhere, ...env },
        folder,
        signal: new AbortController().signal,
      },
    );
    return { code, out: stdout.text(), err: stderr.text() };
  } finally {
    process.chdir(before);
  }
}

const noGateway = () =>
  Promise.reject(new TypeError('The gateway is an application of its own: spawn the command.'));

function capture(isTTY: boolean, columns = 80) {
  let text = '';
  const stream = new PassThrough() as PassThrough & { isTTY: boolean; columns: number };
  Object.assign(stream, { isTTY, columns });
  stream.on('data', chunk => {
    text += chunk;
  });
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => text };
}

// Types the next line when a question is shown; at the end of the lines the input ends.
function typist(lines: readonly string[], shown: NodeJS.WriteStream): NodeJS.ReadStream {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const left = [...lines];
  shown.on('data', chunk => {
    if (!/(?:[\]?]:|›) $/.test(String(chunk))) return;
    const next = left.shift();
    if (next === undefined) input.end();
    else input.write(`${next}\n`);
  });
  return input as unknown as NodeJS.ReadStream;
}

// Presses the next keys where a question waits for them: nothing more was shown for a while.
function presser(keys: readonly string[], shown: NodeJS.WriteStream): NodeJS.ReadStream {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
  const left = [...keys];
  let waiting: NodeJS.Timeout | undefined;
  let isOpen = false;
  const press = (keys: string) => {
    input.write(keys);
    // Keys that nobody has read are pressed again.
    waiting = setTimeout(press, 5000, keys).unref();
  };
  shown.on('data', chunk => {
    clearTimeout(waiting);
    // A question hides the place of writing, and shows it again when it is answered.
    const text = String(chunk);
    const [hidden, back] = [text.lastIndexOf('[?25l'), text.lastIndexOf('[?25h')];
    if (hidden !== back) isOpen = hidden > back;
    if (isOpen) waiting = setTimeout(() => press(left.shift() ?? '\u0003'), 100);
  });
  return input as unknown as NodeJS.ReadStream;
}
