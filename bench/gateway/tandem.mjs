/** Tandem as it is installed: from its build, by the Node that runs the bench. */
const built = file => import(new URL(`../../dist/${file}`, import.meta.url).href);
const { main } = await built('cli/main.js');

process.exitCode = await main(process.argv.slice(2), { gateway: () => built('gateway/index.js') });
