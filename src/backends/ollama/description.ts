/** What an Ollama says of a model at `/api/show`. */
import { type Abilities, noteAbilities } from '../../model/leaf/model/abilities.ts';
import type { LanguageModel } from '../../model/types.ts';

/** The description of a model, as far as it is used. */
export interface Description {
  /** Such as `completion`, `vision`, `tools`, `thinking`; absent of older servers. */
  readonly capabilities?: readonly string[];
  /** The most tokens that it can read. */
  readonly trainedTokens?: number;
  /** Whether prompts go in as they are, without any format of a chat. */
  readonly isBare: boolean;
}

const bare = /^\s*\{\{-?\s*\.Prompt\s*-?\}\}\s*$/;

/** Reads a description. */
export function descriptionIn(said: unknown): Description {
  const { capabilities, model_info, template, renderer, modelfile } = (said ?? {}) as {
    capabilities?: unknown;
    model_info?: unknown;
    template?: unknown;
    renderer?: unknown;
    modelfile?: unknown;
  };
  // Some formats are programs of the server, beside an empty template.
  const isRendered = Boolean(renderer) || /^RENDERER /m.test(String(modelfile ?? ''));
  const isEmpty = typeof template === 'string' && bare.test(template);
  const info = Object.entries((model_info ?? {}) as Record<string, unknown>);
  const trained = info.find(([key]) => key.endsWith('.context_length'))?.[1];
  return {
    ...(Array.isArray(capabilities) && { capabilities: capabilities.map(String) }),
    ...(typeof trained === 'number' && { trainedTokens: trained }),
    isBare: isEmpty && !isRendered,
  };
}

/** What a description says of pictures and tools. */
export function abilitiesIn({ capabilities }: Description): Abilities {
  if (!capabilities) return {};
  return { images: capabilities.includes('vision'), tools: capabilities.includes('tools') };
}

/** Says that a model has no format of a chat, and what to do. */
export function bareWarning(model: string): string {
  return (
    `"${model}" has no chat template (\`{{ .Prompt }}\`): it cannot tell a question from an ` +
    'answer, nor a system prompt from either. Create it with a TEMPLATE in its Modelfile.'
  );
}

/** Makes what notes of a model how its server describes it, where that is an Ollama. */
export function noteDescription(model: LanguageModel): (said: unknown) => void {
  return said => {
    const described = descriptionIn(said);
    if (described.capabilities) noteAbilities(model, abilitiesIn(described));
  };
}
