"""Files damaged at random, the same for the same seed: bytes, words of headers, cells of tables, fields of JSON."""

import json
import random
import struct
from collections.abc import Callable
from typing import Any

Damage = Callable[[bytes, random.Random], bytes]

WORDS = [b"nan", b"inf", b"-1", b"0", b"1e30", b"1e-30", b"9" * 20, b"", b"none", b"LIST", b"%d", b"\xff\xfe", b"(1,2)"]
NUMBERS = [0.0, -1.0, float("nan"), float("inf"), 1e30, 1e-30, 3.5]
CELLS = [
    *WORDS,
    b"1e308",
    b"-inf",
    b"2147483648",
    b"9223372036854775808",
    b"x" * 5000,
    b'"',
    b"\0",
    b"[" * 3000,
    b"=1+1",
]
VALUES: list[Any] = [
    *(0, -1, float("nan"), float("inf"), -float("inf"), 1e308, 2**31, 2**63, 10**400, True, None),
    *("", "x", "x" * 5000, "../../x", "\0", "\ud800", "NaN", [], {}, [[]], {"x": 1}, [1, "x", None]),
]
NIFTI_FLOATS = [*range(76, 108, 4), 108, 112, 116, *range(256, 328, 4)]
NIFTI_SHORTS = [*range(40, 56, 2), 70, 72, 252, 254]


def cut(content: bytes, chance: random.Random) -> bytes:
    """Return the beginning."""
    return content[: chance.randrange(len(content))]


def flipped(content: bytes, chance: random.Random) -> bytes:
    """Return it with some bits turned."""
    changed = bytearray(content)
    for _ in range(chance.choice([1, 1, 2, 8])):
        changed[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def zeroed(content: bytes, chance: random.Random) -> bytes:
    """Return it with some bytes in a row set to zero."""
    at, size = chance.randrange(len(content)), chance.choice([1, 8, 64])
    return content[:at] + bytes(len(content[at : at + size])) + content[at + size :]


def lengthened(content: bytes, chance: random.Random) -> bytes:
    """Return it with bytes put in."""
    at = chance.randrange(len(content))
    return content[:at] + chance.randbytes(chance.choice([1, 2, 8])) + content[at:]


def repeated(content: bytes, chance: random.Random) -> bytes:
    """Return it with some bytes twice."""
    at = chance.randrange(len(content))
    return content[:at] + content[at : at + chance.choice([8, 64])] + content[at:]


def longer(content: bytes, chance: random.Random) -> bytes:
    """Return it with zeros at its end."""
    return content + bytes(chance.randrange(3000))


BYTES: tuple[Damage, ...] = (cut, flipped, zeroed, lengthened, repeated, longer)


def at_start(damage: Damage, length: int) -> Damage:
    """Return the same damage to the first bytes, where a header is."""
    return lambda content, chance: damage(content[:length], chance) + content[length:]


def other_nifti_number(content: bytes, chance: random.Random) -> bytes:
    """Return a NIfTI-1 file with another number in a field of its header."""
    changed = bytearray(content)
    if len(content) >= 352 and chance.random() < 0.7:
        struct.pack_into("<f", changed, chance.choice(NIFTI_FLOATS), chance.choice(NUMBERS))
    elif len(content) >= 352:
        struct.pack_into("<h", changed, chance.choice(NIFTI_SHORTS), chance.choice([0, -1, 1, 2, 4, 8, 512, 32767]))
    return bytes(changed)


def other_word(content: bytes, chance: random.Random) -> bytes:
    """Return text with another word in one line, or without the line."""
    lines = content.split(b"\n")
    line = chance.randrange(len(lines))
    words = lines[line].split(b" ")
    words[chance.randrange(len(words))] = chance.choice(WORDS)
    lines[line : line + 1] = [] if chance.random() < 0.3 else [b" ".join(words)]
    return b"\n".join(lines)


def other_line(content: bytes, chance: random.Random) -> bytes:
    """Return text with a line twice, elsewhere or left out."""
    lines = content.split(b"\n")
    line = lines.pop(chance.randrange(len(lines)))
    for _ in range(chance.randrange(3)):
        lines.insert(chance.randrange(len(lines) + 1), line)
    return b"\n".join(lines)


def other_cell(content: bytes, chance: random.Random) -> bytes:
    """Return a table with something else in a cell, a name of a column among them."""
    lines = content.split(b"\n")
    line = 0 if chance.random() < 0.3 else chance.randrange(len(lines))
    cells = lines[line].split(b",")
    cells[chance.randrange(len(cells))] = chance.choice(CELLS)
    lines[line] = b",".join(cells)
    return b"\n".join(lines)


def other_setting(content: bytes, chance: random.Random) -> bytes:
    """Return TOML with something else behind an equals sign."""
    lines = content.split(b"\n")
    line = chance.choice([number for number, text in enumerate(lines) if b"=" in text] or [0])
    name = lines[line].partition(b"=")[0]
    texts = [
        *CELLS,
        b"[]",
        b"{}",
        b"true",
        b'""',
        b'"x"',
        b"[1.0, nan]",
        b'{ "" = 1.0 }',
        b"[[1]]",
        b"0x7fffffff",
        b"1e-300",
    ]
    lines[line] = name + b"= " + chance.choice(texts)
    return b"\n".join(lines)


def other_field(content: bytes, chance: random.Random) -> bytes:
    """Return JSON with a field replaced, left out, said twice or deep inside of lists."""
    try:
        whole = json.loads(content)
    except (ValueError, RecursionError):
        return content
    places = [*_places(whole)]
    if not places:
        return b"null"
    holder, key = chance.choice(places)
    how = chance.random()
    if how < 0.2:
        del holder[key]
    elif how < 0.25:
        return json.dumps(whole).encode().replace(b"{", b'{"x": ' + b"[" * 5000, 1)
    elif how < 0.35 and isinstance(key, str):
        twice = f'"{key}": {json.dumps(chance.choice(VALUES))}, "{key}":'
        return json.dumps(whole).replace(f'"{key}":', twice, 1).encode()
    elif how < 0.5:
        other, name = chance.choice(places)
        holder[key] = json.loads(json.dumps(other.get(name) if isinstance(other, dict) else other[name : name + 1]))
    else:
        holder[key] = chance.choice(VALUES)
    return json.dumps(whole).encode()


def _places(value: Any) -> list[tuple[Any, Any]]:  # noqa: ANN401 - JSON
    keys = list(value) if isinstance(value, dict) else range(min(len(value), 40)) if isinstance(value, list) else []
    return [(value, key) for key in keys] + [place for key in keys for place in _places(value[key])]
