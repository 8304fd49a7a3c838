import { textOf } from '../../../model/answer.ts';
import type { Call } from '../../../model/types.ts';
import { checked, type Gate } from '../gate.ts';

/** Any schema library's schema, by the Standard Schema convention (zod, valibot, arktype). */
export interface StandardSchema {
  readonly '~standard': {
    readonly validate: (value: unknown) => { readonly issues?: unknown } | Promise<{ readonly issues?: unknown }>;
  };
}

/** Accepts what the user's function accepts: `true`, or a text that says what is wrong. */
export function validator(check: (text: string, call: Call) => boolean | string | Promise<boolean | string>): Gate {
  return async ({ answer, call }) => {
    const result = await check(textOf(answer), call);
    if (result === true) return checked(true, 'the validator accepts');
    return checked(false, typeof result === 'string' ? `validator: ${result}` : 'the validator refuses');
  };
}

/** Accepts an answer whose JSON matches a schema. */
export function matchesSchema(schema: StandardSchema): Gate {
  return async ({ answer }) => {
    let value: unknown;
    try {
      value = JSON.parse(textOf(answer));
    } catch {
      return checked(false, 'the draft is not JSON');
    }
    const { issues } = await schema['~standard'].validate(value);
    return checked(issues === undefined, issues === undefined ? 'matches the schema' : 'does not match the schema');
  };
}
