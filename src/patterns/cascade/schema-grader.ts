import { parseJson } from '../../algorithms/text/written/bounded-json.ts';
import type { Grader } from '../../eval/outcomes/graders.ts';
import type { JsonSchema } from '../../model/types.ts';
import { schemaFault } from './json-schema.ts';

/**
 * Takes an answer for right that is JSON and fits a schema. Fitting is not being right: nothing
 * else is looked at.
 * @example
 * ```ts
 * const grade = schemaGrader({ type: 'object', required: ['city'] });
 * ```
 */
export function schemaGrader(schema: NonNullable<JsonSchema>): Grader {
  return ({ answer }) => {
    try {
      return schemaFault(schema, parseJson(answer)) === undefined ? 1 : 0;
    } catch {
      return 0;
    }
  };
}
