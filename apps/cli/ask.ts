import {
  type Answer,
  type Call,
  type Document,
  direct,
  documentCall,
  extractive,
  type LanguageModel,
  memorySink,
  notConfigured,
  type PrivacyMode,
  privacyModes,
  type RunOptions,
  run,
  type StreamPart,
  summaryOf,
  textOf,
} from '../../src/index.ts';
import { collectParts } from './collect-parts.ts';
import { type Command, type Invocation, wrongUse } from './command.ts';
import { citationsOf, explain } from './explain.ts';
import { nothingToAskWith, openDocuments, openWorkspace, type Workspace } from './workspace.ts';

/** `tandem ask`: one question, at whatever altitude this machine flies. */
export const ask: Command = {
  name: 'ask',
  summary: 'Ask a question, of documents or of the models at hand.',
  usage: '"question" [options]',
  options: {
    doc: {
      type: 'string',
      multiple: true,
      value: 'FILE',
      help: 'a text to answer from; it stays on this machine, extracts apart',
    },
    'send-doc': { type: 'boolean', help: 'let the text itself go to a cloud model' },
    pattern: { type: 'string', value: 'NAME', help: 'cascade, router, maker, minions, chain, or a configured pattern' },
    model: { type: 'string', value: 'NAME', help: 'a configured model or a spec, asked directly' },
    local: { type: 'string', value: 'SPEC', help: 'the local model, such as ollama:phi4-mini' },
    cloud: { type: 'string', value: 'SPEC', help: 'the cloud model, such as azure:gpt-4.1' },
    config: { type: 'string', value: 'FILE', help: 'configuration (default: tandem.config.ts or .json here)' },
    mode: { type: 'string', value: 'MODE', help: 'cloud-allowed, local-preferred or local-only' },
    'budget-usd': { type: 'string', value: 'USD', help: 'most that cloud calls may cost' },
    stream: { type: 'boolean', help: 'show the answer as it comes' },
    explain: { type: 'boolean', help: 'show the decision, the calls, the cost and what left the machine' },
  },
  examples: [
    ['tandem ask --doc handbook.md "How many days of leave are there?"', 'needs no model at all'],
    ['tandem ask --local ollama:phi4-mini --cloud azure:gpt-4.1 "…" --explain', 'a cascade'],
    ['tandem ask --pattern chain --doc incident.log "What caused the outage?"', 'reads a log part by part'],
  ],
  run: runAsk,
};

async function runAsk(invocation: Invocation): Promise<number> {
  const { options, terminal, positionals } = invocation;
  const question = positionals.join(' ').trim();
  if (question === '') throw wrongUse('The question is empty.', 'Give it in quotes: tandem ask "How …?"');
  if (options.pattern && options.model) throw wrongUse('`--pattern` and `--model` exclude each other.', 'Give one.');
  const settings = runOptions(invocation);
  const workspace = await openWorkspace(invocation);
  const documents = await openDocuments((options.doc as string[] | undefined) ?? []);
  const model = chooseModel(workspace, documents, invocation);
  const sink = memorySink();
  const { answer, isShown } = await run({ ...settings, prices: workspace.prices, sink }, () =>
    answerOf(model, documentCall(question, documents, { abortSignal: invocation.signal }), invocation),
  );
  const summary = summaryOf(answer)!;
  if (options.json) terminal.out(`${JSON.stringify(documentOf(answer, workspace))}\n`);
  else {
    terminal.out(isShown ? '\n' : `${textOf(answer).trim()}\n`);
    terminal.out(
      explain({ answer, summary, runs: sink.runs, style: terminal.style, isFull: options.explain === true }),
    );
  }
  return 0;
}

function runOptions({ options }: Invocation): RunOptions {
  const budgetUsd = options['budget-usd'] === undefined ? undefined : Number(options['budget-usd']);
  if (budgetUsd !== undefined && !(budgetUsd >= 0)) {
    throw wrongUse(`\`--budget-usd\` is "${options['budget-usd']}".`, 'Give dollars, such as 0.05.');
  }
  const mode = options.mode as PrivacyMode | undefined;
  if (mode !== undefined && !privacyModes.includes(mode)) {
    throw wrongUse(`\`--mode\` is "${mode}".`, `Use one of ${privacyModes.join(', ')}.`);
  }
  return {
    keepDocuments: options['send-doc'] !== true,
    ...(budgetUsd !== undefined && { budgetUsd }),
    ...(mode !== undefined && { mode }),
  };
}

// What is asked when nothing is named: documents are read by MINIONS, other questions go through the cascade.
function chooseModel(workspace: Workspace, documents: readonly Document[], { options }: Invocation): LanguageModel {
  const { resolved, roles } = workspace;
  if (options.model) return direct(resolved.find(options.model as string));
  const hasDocument = documents.length > 0;
  const cloud = roles.cloud ?? notConfigured();
  const local = roles.local ?? (hasDocument ? extractive() : undefined);
  const pattern = options.pattern as string | undefined;
  if (pattern) return resolved.pattern(pattern, { ...(local && { local }), cloud });
  if (local) return resolved.pattern(hasDocument ? 'minions' : 'cascade', { local, cloud });
  if (!roles.cloud) throw nothingToAskWith();
  return direct(roles.cloud);
}

async function answerOf(
  model: LanguageModel,
  call: Call,
  { options, terminal }: Invocation,
): Promise<{ answer: Answer; isShown: boolean }> {
  terminal.progress(`asking ${model.modelId} …`);
  if (!options.stream || options.json) return { answer: await model.doGenerate(call), isShown: false };
  const { stream } = await model.doStream(call);
  const show = (part: StreamPart) => {
    if (part.type === 'text-delta') terminal.out(part.delta);
  };
  return { answer: await collectParts(stream, show), isShown: true };
}

function documentOf(answer: Answer, { altitude }: Workspace) {
  return {
    altitude,
    answer: textOf(answer).trim(),
    ...summaryOf(answer),
    citations: citationsOf(answer),
    warnings: answer.warnings,
  };
}
