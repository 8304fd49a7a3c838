"""Steps of Towers of Hanoi: `A987|6|54321+102=` to `610A9876||54321;`."""

LETTERS = '.123456789A'
SMALLEST, LARGEST = 3, 10


def spell(pegs):
    return '|'.join(''.join(LETTERS[disk] for disk in peg) for peg in pegs)


def spell_move(move):
    return '---' if move is None else f'{LETTERS[move[0]]}{move[1]}{move[2]}'


def prompt_of(pegs, previous, direction):
    return f"{spell(pegs)}{'+' if direction == 1 else '-'}{spell_move(previous)}="


def step(pegs, previous, direction):
    """The rule: disk 1 goes on in its direction every second move, else the only legal move without it is made."""
    small = next(peg for peg in range(3) if pegs[peg] and pegs[peg][-1] == 1)
    if previous is None or previous[0] != 1:
        move = (1, small, (small + direction) % 3)
    else:
        a, b = [peg for peg in range(3) if peg != small]
        top_a, top_b = (pegs[peg][-1] if pegs[peg] else LARGEST + 1 for peg in (a, b))
        if top_a == top_b:
            return None
        move = (top_a, a, b) if top_a < top_b else (top_b, b, a)
    after = [list(peg) for peg in pegs]
    after[move[1]].pop()
    after[move[2]].append(move[0])
    return move, after


def example(pegs, previous, direction):
    found = step(pegs, previous, direction)
    if found is None:
        return None
    move, after = found
    return prompt_of(pegs, previous, direction), f'{spell_move(move)}{spell(after)};'


def solution(disks):
    """Every step of the shortest solution."""
    pegs, previous, direction = [list(range(disks, 0, -1)), [], []], None, 1 if disks % 2 == 0 else -1
    for _ in range(2**disks - 1):
        yield example(pegs, previous, direction)
        previous, pegs = step(pegs, previous, direction)


HELD_OUT = [pair for disks in range(SMALLEST, LARGEST + 1) for pair in solution(disks)]
HELD_OUT_PROMPTS = {prompt for prompt, _ in HELD_OUT}


def draw(random):
    """Draws a step that is on no shortest solution. Disks stick together in part of the states: without long stacks
    among them a model learns short ones alone and fails on solutions."""
    while True:
        disks = random.choice([3, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 10])
        direction, stickiness = random.choice([1, -1]), random.choice([0, 0.3, 0.6, 0.85, 0.95])
        pegs, peg = [[], [], []], random.randrange(3)
        for disk in range(disks, 0, -1):
            if random.random() >= stickiness:
                peg = random.randrange(3)
            pegs[peg].append(disk)
        pair = example(pegs, draw_previous(pegs, direction, random), direction)
        if pair and pair[0] not in HELD_OUT_PROMPTS:
            return pair


def draw_previous(pegs, direction, random):
    """Draws a move that can have led here."""
    kind = random.random()
    small = next(peg for peg in range(3) if pegs[peg] and pegs[peg][-1] == 1)
    others = [
        (peg[-1], source, target)
        for target, peg in enumerate(pegs)
        if peg and peg[-1] != 1
        for source in range(3)
        if source != target and (not pegs[source] or pegs[source][-1] > peg[-1])
    ]
    if kind < 0.02:
        return None
    return (1, (small - direction) % 3, small) if kind < 0.55 or not others else random.choice(others)
