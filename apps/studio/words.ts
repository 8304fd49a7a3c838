/** The words of the page, in one place. */
export const words = {
  product: 'Tandem',
  screens: {
    runs: 'Runs',
    border: 'Border',
    savings: 'Savings',
    try: 'Try',
    label: 'Label',
    machine: 'Machine',
  },
  places: { device: 'device', network: 'network', cloud: 'cloud', none: 'no answer' },
  states: {
    running: 'running',
    done: 'done',
    failed: 'failed',
    cancelled: 'cancelled',
    interrupted: 'interrupted',
  },
  rated: {
    up: 'right',
    down: 'wrong',
    local: 'the local answer alone is right',
    cloud: 'the cloud’s answer alone is right',
    both: 'both answers are right',
    neither: 'neither answer is right',
  },
  keys: [
    ['g r', 'Runs'],
    ['g b', 'Border'],
    ['g s', 'Savings'],
    ['g t', 'Try'],
    ['g l', 'Label'],
    ['g m', 'Machine'],
    ['j k', 'the next run, and the one before'],
    ['Enter', 'opens the run'],
    ['Esc', 'back to the list, its place kept'],
    ['/', 'the filter of the runs'],
    ['?', 'this sheet'],
  ],
  again: 'Try again',
  copy: 'Copy',
  copied: 'Copied',
  loading: 'Loading',
  back: 'Back to the runs',
  silent: 'The gateway does not answer.',
  filter: 'Filter, such as place:cloud cost>0.01 rated:none',
  filterHint: 'Filter: place:cloud',
  noRuns: 'No run is kept yet.',
  noRunsAdvice: 'Start with `tandem serve --keep`, or ask one now.',
  noMatch: 'No run matches this filter.',
  notKept: {
    content: '',
    hashes: "Questions and answers are not kept (journal.content: 'hashes'). Figures are.",
    nothing: 'Kept until the server ends: the last 1,000 runs, figures alone. Use --keep for more.',
  },
  nothingLeft: 'Nothing left this machine.',
  needsKey: 'This page needs a key.',
  needsKeyAdvice:
    'Open the address that `tandem serve` or `tandem studio` printed, or enter a key of the ' +
    'configuration with the scopes studio and content.',
} as const;

/** The name of a place. */
export function placeWord(place: string | null): string {
  if (place === 'device' || place === 'network' || place === 'cloud') return words.places[place];
  return words.places.none;
}

/** What a person said of a run. */
export function ratedWord(rated: string): string {
  return Object.entries(words.rated).find(([name]) => name === rated)?.[1] ?? rated;
}
