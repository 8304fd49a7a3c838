import type * as pg from 'pg';
import { TandemError } from '../../model/errors.ts';

/** A statement, and the milliseconds after which it is given up. */
export interface Statement {
  readonly text: string;
  readonly values?: unknown[] | undefined;
  readonly query_timeout: number;
}

/** Imports the optional package. @throws TandemError `missing_package` */
export async function loadPg(): Promise<Pick<typeof pg, 'Pool'>> {
  try {
    return (await import('pg')).default;
  } catch (cause) {
    throw new TandemError(
      'missing_package',
      'A store on Postgres needs the package pg. Run `npm install pg`, or keep runs in a file.',
      { cause },
    );
  }
}
