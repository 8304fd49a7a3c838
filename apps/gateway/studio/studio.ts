import type { FileJournal } from '../../../src/entries/runs.ts';
import type { TandemError } from '../../../src/index.ts';
import { type Examine, lookedAtOnce } from './examine-machine.ts';
import { type LiveRuns, openLiveRuns } from './live/live-runs.ts';
import { openPageDoor, type PageDoor } from './page-door.ts';
import { openRecentRuns, type RecentRuns } from './recent-runs.ts';
import { openShownRatings, type RatingByRun } from './shown-ratings.ts';
import { openSpending, type Spending } from './spending.ts';

/** What of runs a server keeps: texts too, figures alone, or nothing beyond its own end. */
export type Keeping = 'content' | 'hashes' | 'nothing';

/** What the page is shown. */
export interface Studio {
  readonly door: PageDoor;
  /** Whether the page stands over a journal alone, and nothing can be asked. */
  readonly isAlone: boolean;
  readonly keeping: Keeping;
  /** The journal on disk; absent where none is kept. */
  readonly journal: FileJournal | undefined;
  /** The last runs where no journal is kept. */
  readonly recent: RecentRuns | undefined;
  /** Runs as they go on, for pages that follow. */
  readonly live: LiveRuns;
  readonly spending: Spending;
  /** What people said of runs. */
  readonly ratings: () => Promise<RatingByRun>;
  /** Looks what the machine has; absent where nothing looks. */
  readonly examine: Examine | undefined;
  /** Why there is no journal, where one was to be shown. */
  readonly unreadable: TandemError | undefined;
}

/** How a page is opened. */
export interface StudioOptions {
  readonly journal: FileJournal | undefined;
  readonly content: 'full' | 'hashes' | undefined;
  readonly isAlone: boolean;
  /** Whether the page has a key of its own: where others are let in, configured keys open it. */
  readonly hasOwnKey: boolean;
  readonly examine?: Examine | undefined;
  readonly unreadable?: TandemError | undefined;
}

/** Opens what the page is shown. */
export function openStudio(options: StudioOptions): Studio {
  const { journal, content, isAlone, hasOwnKey, examine, unreadable } = options;
  const recent = journal ? undefined : openRecentRuns();
  return {
    door: openPageDoor({ isOwn: hasOwnKey, isAlone, now: () => Date.now() }),
    isAlone,
    keeping: journal ? (content === 'hashes' ? 'hashes' : 'content') : 'nothing',
    journal,
    recent,
    live: openLiveRuns(recent, journal && (owner => newestIn(journal, owner))),
    spending: openSpending({
      tally: since => journal?.store.tally(since) ?? recent?.tally(since) ?? [],
      now: () => Date.now(),
    }),
    ratings: openShownRatings(journal, () => Date.now()),
    examine: examine && lookedAtOnce(examine),
    unreadable,
  };
}

async function newestIn(journal: FileJournal, owner: string | undefined) {
  const { runs } = await journal.page({ limit: 1, ...(owner !== undefined && { owner }) });
  return runs[0];
}
