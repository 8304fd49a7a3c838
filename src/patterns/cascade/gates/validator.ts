import { parseJson } from '../../../algorithms/text/written/bounded-json.ts';
import { textOf } from '../../../model/answer.ts';
import { TandemError } from '../../../model/errors.ts';
import type { Call, JsonSchema } from '../../../model/types.ts';
import { checked, type Gate } from '../gate.ts';
import { schemaFault } from '../json-schema.ts';
import { shapeFault } from '../shape.ts';

/** Any schema library's schema, by the Standard Schema convention (zod, valibot, arktype). */
export interface StandardSchema {
  readonly '~standard': {
    readonly validate: (
      value: unknown,
    ) => { readonly issues?: unknown } | Promise<{ readonly issues?: unknown }>;
  };
}

/**
 * Accepts what the user's function accepts: `true`, or a text that says what is wrong.
 * @example
 * ```ts
 * const gate = validator(text => text.length < 500 || 'the answer is longer than 500 characters');
 * ```
 */
export function validator(
  check: (text: string, call: Call) => boolean | string | Promise<boolean | string>,
): Gate {
  return async ({ answer, call }) => {
    const result = await check(textOf(answer), call);
    if (result === true) return checked(true, 'the validator accepts');
    return checked(
      false,
      typeof result === 'string' ? `validator: ${result}` : 'the validator refuses',
    );
  };
}

/**
 * Accepts an answer whose JSON matches a schema: of a schema library, or a JSON Schema.
 * @example
 * ```ts
 * const gate = matchesSchema({
 *   type: 'object',
 *   properties: { city: { type: 'string' } },
 *   required: ['city'],
 * });
 * ```
 */
export function matchesSchema(schema: StandardSchema | NonNullable<JsonSchema>): Gate {
  return async ({ answer }) => {
    let value: unknown;
    try {
      value = parseJson(textOf(answer));
    } catch {
      return checked(false, 'the draft is not JSON');
    }
    const isFit =
      '~standard' in schema
        ? (await (schema as StandardSchema)['~standard'].validate(value)).issues === undefined
        : schemaFault(schema as JsonSchema, value) === undefined;
    return checked(isFit, isFit ? 'matches the schema' : 'does not match the schema');
  };
}

/**
 * Accepts an answer in whose text a pattern is found; anchor it with `^…$` to bind the whole.
 * @throws TandemError `invalid_argument` for a text that is no pattern
 * @example
 * ```ts
 * const dates = cascade({ local, cloud, accept: matchesPattern(/^\d{4}-\d{2}-\d{2}$/) });
 * ```
 */
export function matchesPattern(pattern: RegExp | string): Gate {
  const expression = compiled(pattern);
  return ({ answer }) => {
    expression.lastIndex = 0;
    const isFound = expression.test(textOf(answer));
    return checked(isFound, isFound ? 'matches the pattern' : 'does not match the pattern');
  };
}

/**
 * Accepts tool calls and objects that fit the schemas of their own call. A cascade checks this by
 * itself.
 * @example
 * ```ts
 * const gate = all(complete(), wellShaped());
 * ```
 */
export function wellShaped(): Gate {
  return ({ answer, call }) => {
    const fault = shapeFault(answer, call);
    return checked(fault === undefined, fault ?? 'of the shape that was asked for');
  };
}

function compiled(pattern: RegExp | string): RegExp {
  try {
    return new RegExp(pattern);
  } catch (cause) {
    throw new TandemError(
      'invalid_argument',
      `\`pattern\` is not a regular expression: "${pattern}". Fix it.`,
      {
        cause,
      },
    );
  }
}
