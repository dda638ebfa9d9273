"""Bech32 of whole bytes (BIP 173), beyond its limit of 90 characters, as C2SP age.md asks.

Not Bech32m. A text is all lower or all upper case; its checksum is that of the lower case.
"""

_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
_VALUE_BITS = 5
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECKSUM_VALUES = 6
# Twice the longest key there is, a post-quantum recipient: joining values is quadratic.
_MAX_CHARACTERS = 4096


def encode(prefix: str, data: bytes) -> str:
    """Give the lower-case text of ``data`` under a lower-case human-readable prefix."""
    values = _split(data)
    characters = (_ALPHABET[value] for value in values + _checksum(prefix, values))
    return f"{prefix}1{''.join(characters)}"


def decode(text: str) -> tuple[str, bytes]:
    """Take a text apart into its prefix, in the case it came in, and its bytes.

    Raises ``ValueError``; its text never holds a part of the input.
    """
    if len(text) > _MAX_CHARACTERS:
        raise ValueError("too long")
    # Some letters beyond ASCII have an ASCII lower case: two texts would mean one key.
    if not text.isascii() or text not in {text.lower(), text.upper()}:
        raise ValueError("mixed case or not ASCII")
    prefix, separator, characters = text.rpartition("1")
    if not prefix or not separator or any(not "!" <= character <= "~" for character in prefix):
        raise ValueError("no prefix")
    try:
        values = [_VALUES[character] for character in characters.lower()]
    except KeyError:
        raise ValueError("character outside the alphabet") from None
    data, checksum = values[:-_CHECKSUM_VALUES], values[-_CHECKSUM_VALUES:]
    if checksum != _checksum(prefix.lower(), data):
        raise ValueError("wrong checksum")
    return prefix, _join(data)


def _split(data: bytes) -> list[int]:
    padding_bits = -len(data) * 8 % _VALUE_BITS
    number = int.from_bytes(data, "big") << padding_bits
    highest = len(data) * 8 + padding_bits - _VALUE_BITS
    return [number >> shift & 31 for shift in range(highest, -1, -_VALUE_BITS)]


def _join(values: list[int]) -> bytes:
    number = 0
    for value in values:
        number = number << _VALUE_BITS | value
    size, padding_bits = divmod(len(values) * _VALUE_BITS, 8)
    if padding_bits >= _VALUE_BITS or number & ((1 << padding_bits) - 1):
        raise ValueError("padding too long or not zero")
    return (number >> padding_bits).to_bytes(size, "big")


def _checksum(prefix: str, values: list[int]) -> list[int]:
    expanded = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    remainder = _polymod(expanded + values + [0] * _CHECKSUM_VALUES) ^ 1
    return [remainder >> shift & 31 for shift in range(25, -1, -_VALUE_BITS)]


def _polymod(values: list[int]) -> int:
    remainder = 1
    for value in values:
        top = remainder >> 25
        remainder = (remainder & 0x1FFFFFF) << _VALUE_BITS ^ value
        for position, generator in enumerate(_GENERATORS):
            if top >> position & 1:
                remainder ^= generator
    return remainder
