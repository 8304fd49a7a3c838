/** Makes a value when it is first asked for, and keeps it: what is made at load, all pay for. */
export function later<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
