"""Steps of long multiplication by digits: `9x83+42,6=` to `72829x3+2,8;`.

One step multiplies the lowest digit that is left of a number with one digit of the other, and adds the digit that
stands there and the carry. Digits stand lowest first, so that a step is about the front of each list.
"""

import zlib

MOST_DIGITS = 6


def example(factor, digits, sums, carry):
    """`9x83+42,6=`: factor 9, digits left 8 and 3, digits standing there 4 and 2, carry 6. The answer is the product
    72, the sum 72 + 4 + 6 = 82, and what is left: `7282` and `9x3+2,8;`."""
    product = factor * digits[0]
    total = product + sums[0] + carry
    return spell(factor, digits, sums, carry) + '=', f'{product:02}{total:02}{spell(factor, digits[1:], sums[1:], total // 10)};'


def spell(factor, digits, sums, carry):
    return f"{factor}x{''.join(map(str, digits))}+{''.join(map(str, sums))},{carry}"


def is_held_out(prompt):
    return zlib.crc32(prompt.encode()) % 10 == 0


def draw_any(random):
    count = random.randint(1, MOST_DIGITS)
    digits, sums = ([random.randrange(10) for _ in range(count)] for _ in range(2))
    return example(random.randrange(10), digits, sums, random.randrange(10))


def draw(random):
    """Draws a step that is not held out; a tenth of all states is, by a hash of the prompt."""
    while True:
        pair = draw_any(random)
        if not is_held_out(pair[0]):
            return pair


def held_out(random, count):
    pairs = {}
    while len(pairs) < count:
        prompt, answer = draw_any(random)
        if is_held_out(prompt):
            pairs[prompt] = answer
    return list(pairs.items())
