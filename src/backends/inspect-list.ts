import { apart, type OllamaList } from './ollama/inspect-ollama.ts';
import { type Inspect, listedNames } from './server-facts.ts';

/** Takes for a server of OpenAI's protocol whatever lists models as one. */
export const inspectList: Inspect = async look => {
  const names = await listedNames(look);
  if (names.length === 0) return undefined;
  // By this protocol an Ollama does not say which of its models run elsewhere.
  const tags = (await look('/api/tags')) as OllamaList | undefined;
  if (!Array.isArray(tags?.models)) return { models: names.map(name => ({ name })) };
  const tagged = names.map(name => ({ ...tags.models?.find(model => model.name === name), name }));
  const { here, elsewhere } = await apart(look, tagged, () => false);
  return { models: here.map(({ name }) => ({ name })), ...elsewhere };
};
