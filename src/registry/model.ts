import { modelFactory } from '../backends/model-factory.ts';
import { type ModelFactory, nameModelsBy } from '../model/spec.ts';
import { schemes } from './schemes.ts';

/** Makes a model from a spec such as `ollama:phi4-mini` or `azure:gpt-4.1`. @throws TandemError */
export const model: ModelFactory = modelFactory(schemes);

nameModelsBy(model);
