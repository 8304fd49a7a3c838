import { catalogueState } from '../src/entries/backends.ts';

/** `npm run release-check`: refuses a release whose list of prices is more than 60 days old. */
const mostDays = 60;
const { asOf, ageDays, source } = catalogueState();
if (ageDays > mostDays) {
  console.error(
    `The list of prices (${source}) is of ${asOf}, ${ageDays} days old; a release takes at most ` +
      `${mostDays}. Update it as CONTRIBUTING.md says, under "Update the list of prices".`,
  );
  process.exitCode = 1;
} else console.log(`The list of prices is of ${asOf}, ${ageDays} days old: good for a release.`);
