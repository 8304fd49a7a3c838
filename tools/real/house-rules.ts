/** Facts of made-up house rules, each with its question and what a right answer holds. */
export const facts: readonly (readonly [sentence: string, question: string, right: RegExp])[] = [
  [
    'The deposit for a loan bicycle is 85 euros and is paid back at the counter.',
    'How much is the deposit for a loan bicycle?',
    /\b85\b/,
  ],
  [
    'Complaints must be sent within 21 days to the ombudsman in Linz.',
    'Within how many days must complaints be sent?',
    /\b21\b/,
  ],
  [
    'The night bus to the harbour leaves from platform 14.',
    'From which platform does the night bus to the harbour leave?',
    /\b14\b/,
  ],
  [
    'Keys that are lost are replaced by the caretaker, Mr. Okafor.',
    'Who replaces lost keys?',
    /okafor/i,
  ],
  [
    'The sauna is closed for cleaning every second Thursday.',
    'On which day is the sauna closed for cleaning?',
    /thursday/i,
  ],
];

/** What stands around them and matters to nobody. */
export const fillers = [
  'The house was built in the last century and has been kept in good order since then.',
  'Guests are asked to be quiet in the halls and to close the doors behind them.',
  'The garden is looked after by members of the club, who meet in spring and in autumn.',
  'Breakfast is served in the large room, where newspapers and maps are laid out too.',
  'Whoever leaves early is asked to say so on the evening before.',
];
