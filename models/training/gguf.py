"""Writes a decoder as GGUF version 3: matrices in Q8_0, norms in F32, a byte-level vocabulary without merges."""

import struct

import numpy as np

SPECIAL = ['<|endoftext|>', '<|pad|>']


def byte_tokens():
    """Spells the 256 bytes as GPT-2 does: printable ones as themselves, the others from U+0100 on."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    spelled = {byte: chr(byte) for byte in printable} | {byte: chr(256 + n) for n, byte in enumerate(others)}
    return SPECIAL + [spelled[byte] for byte in range(256)]


def encode(text):
    return [byte + len(SPECIAL) for byte in text.encode()]


def text(value):
    data = value.encode()
    return struct.pack('<Q', len(data)) + data


def number(value):
    return struct.pack('<II', 4, value)


def real(value):
    return struct.pack('<If', 6, value)


def word(value):
    return struct.pack('<I', 8) + text(value)


def flag(value):
    return struct.pack('<IB', 7, value)


def words(values):
    return struct.pack('<IIQ', 9, 8, len(values)) + b''.join(map(text, values))


def numbers(values):
    return struct.pack('<IIQ', 9, 5, len(values)) + struct.pack(f'<{len(values)}i', *values)


def q8_0(matrix):
    """Blocks of 32 values: a 16-bit scale and 32 signed bytes."""
    blocks = matrix.astype(np.float32).reshape(-1, 32)
    scale = np.abs(blocks).max(1) / 127
    inverse = np.divide(1, scale, out=np.zeros_like(scale), where=scale > 0)
    bytes_ = np.round(blocks * inverse[:, None]).clip(-127, 127).astype(np.int8)
    return np.concatenate([scale.astype(np.float16)[:, None].view(np.uint8), bytes_.view(np.uint8)], 1).tobytes()


def facts_of(shape, name):
    tokens = byte_tokens()
    return {
        'general.architecture': word('llama'),
        'general.name': word(name),
        'general.file_type': number(7),
        'general.quantization_version': number(2),
        'general.alignment': number(32),
        'llama.vocab_size': number(shape.vocabulary),
        'llama.context_length': number(shape.context),
        'llama.embedding_length': number(shape.width),
        'llama.block_count': number(shape.layers),
        'llama.feed_forward_length': number(shape.inner),
        'llama.rope.dimension_count': number(shape.head_width),
        'llama.attention.head_count': number(shape.heads),
        'llama.attention.head_count_kv': number(shape.key_heads),
        'llama.attention.layer_norm_rms_epsilon': real(1e-5),
        'llama.rope.freq_base': real(shape.rotary_base),
        'tokenizer.ggml.model': word('gpt2'),
        'tokenizer.ggml.pre': word('smollm'),
        'tokenizer.ggml.tokens': words(tokens),
        'tokenizer.ggml.token_type': numbers([3 if token in SPECIAL else 1 for token in tokens]),
        'tokenizer.ggml.merges': words([]),
        'tokenizer.ggml.bos_token_id': number(0),
        'tokenizer.ggml.eos_token_id': number(0),
        'tokenizer.ggml.padding_token_id': number(1),
        'tokenizer.ggml.add_bos_token': flag(True),
        'tokenizer.ggml.add_eos_token': flag(False),
    }


def tensors_of(decoder):
    yield 'token_embd.weight', decoder.embeddings
    for index, block in enumerate(decoder.blocks):
        layers = {
            'attn_norm': block.attention_norm,
            'attn_q': block.query,
            'attn_k': block.key,
            'attn_v': block.value,
            'attn_output': block.output,
            'ffn_norm': block.feed_norm,
            'ffn_gate': block.gate,
            'ffn_up': block.up,
            'ffn_down': block.down,
        }
        for name, layer in layers.items():
            yield f'blk.{index}.{name}.weight', layer.weight
    yield 'output_norm.weight', decoder.last_norm.weight


def padding(data):
    return b'\0' * (-len(data) % 32)


def write_gguf(path, decoder, name):
    """Writes the file. The dimensions of a matrix stand in reverse, rows last; embeddings serve as output too."""
    facts = b''.join(text(key) + value for key, value in facts_of(decoder.shape, name).items())
    index, data, count = b'', b'', 0
    for tensor_name, tensor in tensors_of(decoder):
        values = tensor.detach().float().numpy()
        kind, raw = (0, values.astype(np.float32).tobytes()) if values.ndim == 1 else (8, q8_0(values))
        index += text(tensor_name) + struct.pack('<I', values.ndim)
        index += struct.pack(f'<{values.ndim}Q', *values.shape[::-1]) + struct.pack('<IQ', kind, len(data))
        data += raw + padding(raw)
        count += 1
    head = b'GGUF' + struct.pack('<IQQ', 3, count, len(facts_of(decoder.shape, name))) + facts + index
    with open(path, 'wb') as file:
        file.write(head + padding(head) + data)
