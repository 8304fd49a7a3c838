"""Trains a toy model from random numbers: `python3 models/training/train.py hanoi` (or `multiplication`).

Needs Debian's python3-torch with libopenblas0-pthread (the reference BLAS is 60 times slower); no GPU, no network.
Writes `<out>/<task>-<step>.gguf` at each checkpoint, and measures it on steps that training never sees.
"""

import argparse
import math
import random
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

import hanoi
import multiplication
from decoder import Decoder, Shape, generate
from gguf import encode, write_gguf

TASKS = {
    'hanoi': (hanoi.draw, lambda: hanoi.HELD_OUT),
    'multiplication': (multiplication.draw, lambda: multiplication.held_out(random.Random(99), 2000)),
}
STOP = encode(';')[0]


def batch_of(pairs):
    """Tokens, padded with 1, and a mask of the answers: the loss is on those alone."""
    encoded = [([0] + encode(prompt), encode(answer)) for prompt, answer in pairs]
    length = max(len(prompt) + len(answer) for prompt, answer in encoded)
    tokens, is_answer = np.ones((len(pairs), length), np.int64), np.zeros((len(pairs), length), bool)
    for row, (prompt, answer) in enumerate(encoded):
        end = len(prompt) + len(answer)
        tokens[row, :end] = prompt + answer
        is_answer[row, len(prompt) : end] = True
    return torch.from_numpy(tokens), torch.from_numpy(is_answer)


def accuracy(decoder, pairs, temperature):
    """The share of answers that are right in full, one answer to each prompt."""
    decoder.eval()
    by_length, right = defaultdict(list), 0
    for prompt, answer in pairs:
        by_length[len(prompt)].append((prompt, answer))
    generator = torch.Generator().manual_seed(1)
    for group in by_length.values():
        prompts = torch.tensor([[0] + encode(prompt) for prompt, _ in group])
        written = generate(decoder, prompts, STOP, 24, temperature, generator).tolist()
        right += sum(row[: len(answer)] == encode(answer) for row, (_, answer) in zip(written, group))
    return right / len(pairs)


def rate(update, updates, highest):
    """Rises over 30 updates, then falls along a cosine to a twentieth."""
    return highest * min(1, update / 30) * (0.95 * 0.5 * (1 + math.cos(math.pi * update / updates)) + 0.05)


def optimizer_of(decoder):
    matrices = [weights for weights in decoder.parameters() if weights.ndim > 1]
    norms = [weights for weights in decoder.parameters() if weights.ndim == 1]
    groups = [{'params': matrices, 'weight_decay': 0.1}, {'params': norms, 'weight_decay': 0}]
    return torch.optim.AdamW(groups, betas=(0.9, 0.98), eps=1e-9)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('task', choices=TASKS)
    parser.add_argument('--out', type=Path, default=Path('models/trained'))
    parser.add_argument('--updates', type=int, default=1400)
    parser.add_argument('--checkpoints', type=int, nargs='*', default=[200, 400, 800])
    parser.add_argument('--batch', type=int, default=128)
    parser.add_argument('--rate', type=float, default=2e-3)
    parser.add_argument('--seed', type=int, default=13)
    parser.add_argument('--threads', type=int, default=1)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    torch.manual_seed(given.seed)
    draw, held_out = TASKS[given.task]
    draws, decoder = random.Random(given.seed), Decoder(Shape())
    optimizer, begun = optimizer_of(decoder), time.process_time()
    given.out.mkdir(parents=True, exist_ok=True)
    print(f'{given.task}: {sum(weights.numel() for weights in decoder.parameters()):,} parameters', flush=True)
    for update in range(1, given.updates + 1):
        decoder.train()
        for group in optimizer.param_groups:
            group['lr'] = rate(update, given.updates, given.rate)
        tokens, is_answer = batch_of([draw(draws) for _ in range(given.batch)])
        wanted = is_answer[:, 1:]
        loss = functional.cross_entropy(decoder(tokens[:, :-1], wanted=wanted), tokens[:, 1:][wanted])
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(decoder.parameters(), 1.0)
        optimizer.step()
        if update % 50 == 0:
            print(f'update {update}: loss {loss.item():.4f}, {time.process_time() - begun:.0f} CPU s', flush=True)
        if update in given.checkpoints or update == given.updates:
            measured = {heat: round(accuracy(decoder, held_out(), heat), 4) for heat in (0, 0.7, 1, 1.5)}
            print(f'update {update}: right by temperature {measured}', flush=True)
            write_gguf(given.out / f'{given.task}-{update}.gguf', decoder, f'{given.task}-{update}')


if __name__ == '__main__':
    main()
