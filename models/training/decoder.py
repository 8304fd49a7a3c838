"""A Llama-shaped decoder for PyTorch: RMS norm, rotary positions in neighbouring pairs, grouped heads, SwiGLU, tied embeddings."""

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional


@dataclass(frozen=True)
class Shape:
    """Sizes of a decoder; widths are multiples of 32, as Q8_0 stores rows in blocks of 32."""

    vocabulary: int = 258
    width: int = 128
    inner: int = 352
    layers: int = 4
    heads: int = 4
    key_heads: int = 2
    context: int = 64
    rotary_base: float = 10_000.0

    @property
    def head_width(self):
        return self.width // self.heads


class Norm(nn.Module):
    """RMS norm; 1e-5 is what the GGUF file says too."""

    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, values):
        return values * torch.rsqrt(values.pow(2).mean(-1, keepdim=True) + 1e-5) * self.weight


def linear(inputs, outputs, deviation=None):
    layer = nn.Linear(inputs, outputs, bias=False)
    nn.init.normal_(layer.weight, std=deviation or inputs**-0.5)
    return layer


def rotate(values, cosine, sine):
    """Turns neighbouring values together, as llama.cpp's NORM rope does."""
    even, odd = values[..., 0::2], values[..., 1::2]
    return torch.stack([even * cosine - odd * sine, even * sine + odd * cosine], -1).flatten(-2)


class Block(nn.Module):
    def __init__(self, shape):
        super().__init__()
        width, key_width = shape.width, shape.key_heads * shape.head_width
        # Residual outputs begin small, so that the depth does not blow the stream up.
        self.shape = shape
        self.attention_norm = Norm(width)
        self.query, self.key, self.value = linear(width, width), linear(width, key_width), linear(width, key_width)
        self.output = linear(width, width, (width * 2 * shape.layers) ** -0.5)
        self.feed_norm = Norm(width)
        self.gate, self.up = linear(width, shape.inner), linear(width, shape.inner)
        self.down = linear(shape.inner, width, (shape.inner * 2 * shape.layers) ** -0.5)

    def forward(self, stream, turn, mask, cache):
        batch, length, _ = stream.shape
        shape = self.shape
        normed = self.attention_norm(stream)
        split = lambda layer, heads: layer(normed).view(batch, length, heads, shape.head_width)
        query = rotate(split(self.query, shape.heads), *turn).transpose(1, 2)
        key = rotate(split(self.key, shape.key_heads), *turn).transpose(1, 2)
        value = split(self.value, shape.key_heads).transpose(1, 2)
        if cache is not None:
            if cache:
                key, value = torch.cat([cache[0], key], 2), torch.cat([cache[1], value], 2)
            cache[:] = [key, value]
        group = shape.heads // shape.key_heads
        key, value = key.repeat_interleave(group, 1), value.repeat_interleave(group, 1)
        shares = functional.softmax(query @ key.transpose(-1, -2) * shape.head_width**-0.5 + mask, -1)
        stream = stream + self.output((shares @ value).transpose(1, 2).reshape(batch, length, shape.width))
        normed = self.feed_norm(stream)
        return stream + self.down(functional.silu(self.gate(normed)) * self.up(normed))


class Decoder(nn.Module):
    """Gives logits for the token after each position."""

    def __init__(self, shape):
        super().__init__()
        self.shape = shape
        self.embeddings = nn.Parameter(torch.randn(shape.vocabulary, shape.width) * 0.02)
        self.blocks = nn.ModuleList([Block(shape) for _ in range(shape.layers)])
        self.last_norm = Norm(shape.width)
        steps = -torch.arange(0, shape.head_width, 2).float() / shape.head_width
        angles = torch.arange(shape.context).float()[:, None] * shape.rotary_base**steps
        self.cosine, self.sine = angles.cos()[:, None, :], angles.sin()[:, None, :]

    def forward(self, tokens, position=0, caches=None, wanted=None):
        """`wanted` is a mask of positions: logits are made for those alone."""
        length = tokens.shape[1]
        turn = (self.cosine[position : position + length], self.sine[position : position + length])
        mask = torch.full((length, position + length), float('-inf')).triu(position + 1)
        stream = functional.embedding(tokens, self.embeddings)
        for index, block in enumerate(self.blocks):
            stream = block(stream, turn, mask, None if caches is None else caches[index])
        stream = self.last_norm(stream)
        return functional.linear(stream if wanted is None else stream[wanted], self.embeddings)


@torch.no_grad()
def generate(decoder, prompts, stop, most, temperature, generator):
    """Continues prompts of one length, token by token, until `stop`; returns the tokens, padded with 1 behind it."""
    caches = [[] for _ in decoder.blocks]
    logits, position = decoder(prompts, 0, caches)[:, -1], prompts.shape[1]
    written, is_done = [], torch.zeros(len(prompts), dtype=torch.bool)
    while len(written) < most and not is_done.all():
        if temperature == 0:
            token = logits.argmax(-1)
        else:
            token = torch.multinomial(functional.softmax(logits / temperature, -1), 1, generator=generator)[:, 0]
        token = torch.where(is_done, torch.ones_like(token), token)
        written.append(token)
        is_done |= token == stop
        logits, position = decoder(token[:, None], position, caches)[:, -1], position + 1
    return torch.stack(written, 1)
