import { schemes } from '../../../src/entries/config.ts';
import { inCloud, type LanguageModel, model } from '../../../src/index.ts';

// What sends nothing over a wire, or finds its server by a command of its own.
const wireless = ['foundry-local', 'llama-cpp', 'extractive', 'tiny', 'none'];
const rootOf = new Set(['ollama']);

/** Every scheme of the registry with a wire, as a cloud at an address. */
export function cloudsAt(url: string): readonly (readonly [string, () => LanguageModel])[] {
  return schemes
    .filter(({ name }) => !wireless.includes(name))
    .map(({ name, settings = [] }) => {
      const endpoint = rootOf.has(name) ? url : `${url}/v1`;
      const key = settings.includes('apiKey') ? { apiKey: 'key' } : {};
      return [name, () => inCloud(model(`${name}:m`, { endpoint, ...key }))] as const;
    });
}

/** Schemes that have no address to send to, and are not known to need none. */
export function schemesWithoutCase(): string[] {
  return schemes
    .filter(({ name, settings = [] }) => !wireless.includes(name) && !settings.includes('endpoint'))
    .map(({ name }) => name);
}
