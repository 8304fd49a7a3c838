/**
 * A regular expression that is parsed when it is first used. Classes such as `\p{L}` cost a tenth
 * of a millisecond each to parse, and most programs that start never come to them.
 */
export class LatePattern {
  readonly source: string;
  readonly flags: string;
  private made: RegExp | undefined;

  constructor(source: string, flags = '') {
    this.source = source;
    this.flags = flags;
  }

  /** The expression itself. */
  get own(): RegExp {
    this.made ??= new RegExp(this.source, this.flags);
    return this.made;
  }

  /** Another of the same kind, whose `lastIndex` is its own. */
  fresh(): RegExp {
    return new RegExp(this.source, this.flags);
  }

  get global(): boolean {
    return this.flags.includes('g');
  }

  get lastIndex(): number {
    return this.own.lastIndex;
  }

  set lastIndex(at: number) {
    this.own.lastIndex = at;
  }

  test(text: string): boolean {
    return this.own.test(text);
  }

  exec(text: string): RegExpExecArray | null {
    return this.own.exec(text);
  }

  toString(): string {
    return `/${this.source}/${this.flags}`;
  }

  [Symbol.match](text: string): RegExpMatchArray | null {
    return this.own[Symbol.match](text);
  }

  [Symbol.matchAll](text: string): RegExpStringIterator<RegExpMatchArray> {
    return this.own[Symbol.matchAll](text);
  }

  [Symbol.replace](text: string, by: never): string {
    return this.own[Symbol.replace](text, by);
  }

  [Symbol.search](text: string): number {
    return this.own[Symbol.search](text);
  }

  [Symbol.split](text: string, limit?: number): string[] {
    return this.own[Symbol.split](text, limit);
  }
}
