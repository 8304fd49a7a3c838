import { writeExamples } from './docs/examples.ts';

// `npm run write-examples`: writes the examples of public functions as one module, by which the
// compiler checks them. Names functions that have none, and ends with 1 then.
for (const name of writeExamples()) {
  console.error(`${name} has no example`);
  process.exitCode = 1;
}
