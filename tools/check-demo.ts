import { spawnSync } from 'node:child_process';

/**
 * Runs the demo as JSON and checks what it promises: five sections, all ok, one document, in under
 * a minute.
 */
const begun = performance.now();
const { status, stdout, stderr } = spawnSync(
  process.execPath,
  ['bin/tandem.mjs', 'demo', '--json'],
  {
    encoding: 'utf8',
    // A key or a server of the machine's must not change what is checked here.
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' },
  },
);
const seconds = (performance.now() - begun) / 1000;
const { setup, sections } = JSON.parse(stdout) as {
  setup: string;
  sections: { pattern: string; ok: boolean }[];
};
for (const { pattern, ok } of sections) console.log(`${ok ? 'ok    ' : 'not ok'}  ${pattern}`);
const problems = [
  ...(status === 0 ? [] : [`exit code ${status}`]),
  ...(stderr === '' ? [] : [`stderr: ${stderr.slice(0, 200)}`]),
  ...(setup === 'no model' ? [] : [`setup ${setup}`]),
  ...(sections.length === 5 && sections.every(({ ok }) => ok)
    ? []
    : ['not all five sections are ok']),
  ...(seconds < 60 ? [] : [`${seconds.toFixed(0)} s, more than 60`]),
];
for (const problem of problems) console.error(problem);
console.log(`demo: ${seconds.toFixed(1)} s, ${problems.length} problems`);
process.exitCode = problems.length > 0 ? 1 : 0;
