/** Words that join others and name nothing. */
export const joining = new Set(
  (
    'a an the of by in on at to for is are was were be and that this as it which who where when ' +
    'one person place city country river name number amount temperature date year time thing way ' +
    'called known with has have had equal equals there many several some various different ' +
    'people someone so can could may should must until you your ' +
    'wie es der die das ein eine ist sind hat'
  ).split(' '),
);

/** Gives what forms of a word share: "sank" is a form of "sink". */
export function stemOf(word: string): string {
  return (
    word.slice(0, 1) +
    word
      .slice(1, 4)
      .replace(/[aeiou]/g, '')
      .replace('f', 'v')
  );
}
