import assert from 'node:assert/strict';
import { addBook, allBooks, getBook } from '../src/books.ts';
import { daysBetween, isOverdue } from '../src/dates.ts';
import { feeOf, reminder } from '../src/loans.ts';
import { formatCents, total } from '../src/money.ts';
import { shorten, slug } from '../src/text.ts';

const day = 86_400_000;

assert.equal(formatCents(1250), '12.50');
assert.equal(formatCents(5), '0.05');
assert.equal(total([100, 250]), 350);
assert.equal(total([]), 0);
assert.equal(daysBetween(0, 3 * day), 3);
assert.equal(isOverdue(0, 2, 3 * day), true);
assert.equal(isOverdue(0, 3, 3 * day), false);
assert.equal(slug('A Long Way'), 'a-long-way');
assert.equal(shorten('abc', 5), 'abc');
addBook({ isbn: '1', title: 'A Long Way', pages: 312 });
assert.equal(getBook('1')?.pages, 312);
assert.equal(allBooks().length, 1);
assert.equal(feeOf({ isbn: '1', reader: 'Mo', lentAt: 0 }, 40 * day), 20);
assert.equal(feeOf({ isbn: '1', reader: 'Mo', lentAt: 0 }, 10 * day), 0);
assert.match(reminder({ isbn: '1', reader: 'Mo', lentAt: 0 }, 40 * day), /^Mo: A Long Way/);
