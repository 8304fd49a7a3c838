/** A title as a part of an address. */
export function slug(title: string): string {
  return title.toLowerCase().replace(/ /g, '-');
}

/** The first words of a text, at most so many characters. */
export function shorten(text: string, most: number): string {
  return text.length <= most ? text : text.slice(0, most);
}
