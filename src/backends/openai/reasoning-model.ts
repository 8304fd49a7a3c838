import { shareRecord } from '../../model/leaf/model/model-record.ts';
import type { Call, LanguageModel, Warning } from '../../model/types.ts';

/** Changes a request body into what reasoning models take. */
export function asReasoning(body: Record<string, unknown>): Record<string, unknown> {
  const { max_tokens: most, temperature: _temperature, top_p: _topP, ...rest } = body;
  return most === undefined ? rest : { ...rest, max_completion_tokens: most };
}

/** Says of a temperature that it was dropped. */
export function withoutTemperature(model: LanguageModel): LanguageModel {
  const warningsOf = (call: Call): Warning[] =>
    call.temperature === undefined
      ? []
      : [{ type: 'unsupported', feature: 'temperature', details: 'Reasoning models take none.' }];
  return shareRecord(model, {
    specificationVersion: 'v4',
    provider: model.provider,
    modelId: model.modelId,
    supportedUrls: model.supportedUrls,
    async doGenerate(call) {
      const answer = await model.doGenerate(call);
      return { ...answer, warnings: [...answer.warnings, ...warningsOf(call)] };
    },
    doStream: async call => model.doStream(call),
  });
}
