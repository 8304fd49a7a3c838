/**
 * A help centre as a small shop would write it, with questions that customers ask. Invented from
 * end to end.
 */
export const helpCentre = [
  '# Larkfield Garden Tools: help centre',
  '',
  '## Orders and delivery',
  'Orders placed before 14:00 on a working day leave our warehouse the same day.',
  'Standard delivery takes two to four working days and costs 4.90 euros.',
  'Express delivery arrives on the next working day and costs 11.50 euros.',
  'Delivery is free for every order above 60 euros.',
  'You can change the delivery address until the parcel has left the warehouse; open the order ' +
    'in your account and choose Change address.',
  'We deliver to Austria, Belgium, Germany, Luxembourg and the Netherlands.',
  'If a parcel arrives damaged, take a photograph before you unpack it and send it to us within ' +
    'three days.',
  '',
  '## Returns and refunds',
  'You may return any unused tool within 45 days of delivery.',
  'Print the return label from your account and hand the parcel in at any post office.',
  'A refund is paid to the card or account you paid with, within seven days after the parcel has ' +
    'reached us.',
  'Gift cards and sharpened blades cannot be returned.',
  '',
  '## Account and password',
  'To reset your password, choose Forgotten password on the sign-in page and follow the link in ' +
    'the e-mail; the link is valid for 30 minutes.',
  'An account is locked for one hour after five wrong passwords.',
  'You can close your account under Settings, Privacy, Close account; invoices are kept for ten ' +
    'years as the law demands.',
  'Two-step sign-in is switched on under Settings, Security.',
  '',
  '## Warranty and repair',
  'Every Larkfield tool has a warranty of five years against faults of material and making.',
  'Batteries have a warranty of two years.',
  'A repair takes about ten working days once the tool has arrived at our workshop in Aachen.',
  'Blades can be sharpened in the workshop for 9 euros each.',
  '',
  '## The cordless hedge trimmer HT-20',
  'The battery of the HT-20 runs for about 55 minutes on one charge.',
  'Charging an empty battery takes 80 minutes with the charger supplied.',
  'If the trimmer stops and its red lamp blinks three times, the motor is too hot: let it cool ' +
    'for fifteen minutes.',
  'If the red lamp stays on, the battery is faulty and must be replaced.',
  'Clean the blades with a dry cloth and oil them after every use.',
  '',
  '## The robot mower RM-7',
  'The RM-7 mows up to 700 square metres.',
  'Lay the boundary wire at least 30 centimetres from walls and flower beds.',
  'The mower returns to its station by itself when it rains.',
  'To update its software, connect it to the Larkfield app over Bluetooth and choose Update.',
  '',
].join('\n');

/** A customer's question and what settles whether it was handled rightly. */
export interface CustomerQuestion {
  readonly question: string;
  /**
   * Words that a right local answer holds; absent where the help centre has no answer and the cloud
   * is needed.
   */
  readonly expected?: string;
}

export const customerQuestions: readonly CustomerQuestion[] = [
  { question: 'How do I reset my password?', expected: 'Forgotten password' },
  {
    question: 'How long does express delivery take and what does it cost?',
    expected: '11.50 euros',
  },
  { question: 'Within how many days may I return an unused tool?', expected: '45 days' },
  {
    question: 'What does it mean when the red lamp of the trimmer blinks three times?',
    expected: 'the motor is too hot',
  },
  { question: 'How long is the warranty on batteries?', expected: 'two years' },
  { question: 'How many square metres can the RM-7 mow?', expected: '700 square metres' },
  {
    question:
      'My roses have black spots on their leaves since the wet spring, what should I do about it?',
  },
  {
    question:
      'Please write a friendly apology to my neighbour because the mower woke her baby on Sunday.',
  },
  {
    question:
      'Is the HT-20 or a petrol trimmer the better buy for a hedge of 80 metres cut twice a year?',
  },
];
