export interface Book {
  readonly isbn: string;
  readonly title: string;
  readonly pages: number;
}

const books = new Map<string, Book>();

export function addBook(book: Book): void {
  books.set(book.isbn, book);
}

export function getBook(isbn: string): Book | undefined {
  return books.get(isbn);
}

export function allBooks(): Book[] {
  return [...books.values()];
}
