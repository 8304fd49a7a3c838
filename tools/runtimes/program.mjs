// Asks a server of each protocol, whole and streamed, by the built library, and writes what came as
// JSON. It runs on whatever runtime starts it, and is what esbuild bundles.
import { ollama, openaiCompatible } from '../../dist/backends.js';
import { direct, openJournal, run, TandemError, textOf, userCall } from '../../dist/index.js';

const [url = '', closed = ''] = process.argv.slice(2);
const makers = {
  ollama: endpoint => ollama({ model: 'm', endpoint }),
  openai: endpoint => openaiCompatible({ model: 'm', endpoint: `${endpoint}/v1` }),
};
const call = userCall('Say where you are from.');

async function streamed(model) {
  let text = '';
  for await (const part of (await model.doStream(call)).stream)
    if (part.type === 'text-delta') text += part.delta;
  return text;
}

async function aborted(model) {
  const controller = new AbortController();
  const asking = model.doGenerate({ ...userCall('wait'), abortSignal: controller.signal });
  setTimeout(() => controller.abort(new Error('enough')), 30);
  return await asking.then(
    () => 'answered',
    error => error.message,
  );
}

function journal() {
  try {
    const kept = openJournal({ path: ':memory:' });
    kept[Symbol.dispose]?.();
    return 'opened';
  } catch (error) {
    return TandemError.isInstance(error) ? error.code : String(error);
  }
}

const found = { journal: journal() };
for (const [name, make] of Object.entries(makers)) {
  found[`${name}, whole`] = textOf(await make(url).doGenerate(call));
  found[`${name}, streamed`] = await streamed(make(url));
  found[`${name}, aborted`] = await aborted(make(url));
  const away = await run({ retry: { tries: 1 } }, async () =>
    direct(make(closed)).doGenerate(call),
  ).catch(error => error);
  found[`${name}, nobody there`] = /cannot connect/i.test(away.message) ? 'told' : String(away);
}
process.stdout.write(`${JSON.stringify(found)}\n`);
