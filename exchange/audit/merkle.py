"""The Merkle tree of RFC 6962, section 2.1, over SHA-256: pure functions on hashes.

A *perfect subtree* is named by (level, index): it covers the leaves from ``index << level``
to ``(index + 1) << level``, end excluded, and its hash never changes once they all exist.
Paths and proofs need perfect subtrees only, so a log can later forget the events of a
prefix and the nodes inside it, keep the few that cover the prefix, and go on proving.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, NamedTuple, NoReturn, Self, TypeAlias

from exchange.audit.errors import CorruptTreeError, InvalidProofError

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = sha256(b"").digest()
_SIZE_BYTES: Final = 8

NodeReader: TypeAlias = Callable[[int, int], bytes]
"""Gives the hash of the perfect subtree at (level, index)."""


@dataclass(frozen=True, slots=True)
class Node:
    """The hash of one perfect subtree."""

    level: int
    index: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Frontier:
    """All that is needed to append: the size, and the perfect subtrees it splits into.

    ``hashes`` has one hash for each bit set in ``size``, the largest subtree first.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def append(self, leaf: bytes) -> tuple[Self, tuple[Node, ...]]:
        """Give the frontier after ``leaf`` (its hash) and the subtrees it completes."""
        hashes = list(self.hashes)
        node = Node(0, self.size, leaf)
        completed = [node]
        while node.index & 1:
            node = Node(node.level + 1, node.index >> 1, node_hash(hashes.pop(), node.hash))
            completed.append(node)
        return type(self)(self.size + 1, (*hashes, node.hash)), tuple(completed)

    def root(self) -> bytes:
        """Give the tree's root at this size (``MTH`` of RFC 6962)."""
        if not self.hashes:
            return EMPTY_ROOT
        root = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            root = node_hash(left, root)
        return root

    def to_bytes(self) -> bytes:
        """Give the size (8 bytes, big-endian) and the hashes, for storage."""
        return self.size.to_bytes(_SIZE_BYTES, "big") + b"".join(self.hashes)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read what ``to_bytes`` wrote. Raises ``CorruptTreeError``."""
        size = int.from_bytes(data[:_SIZE_BYTES], "big")
        if len(data) != _SIZE_BYTES + HASH_BYTES * size.bit_count():
            raise CorruptTreeError(
                "la tête du journal des preuves est illisible",
                "restaurez la base depuis la sauvegarde, puis : spie-exchange audit verify",
            )
        starts = range(_SIZE_BYTES, len(data), HASH_BYTES)
        return cls(size, tuple(data[start : start + HASH_BYTES] for start in starts))


def leaf_hash(data: bytes) -> bytes:
    """Give the hash of a leaf; the first byte keeps it apart from every node's."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Give the hash of the node above two hashes."""
    return sha256(b"\x01" + left + right).digest()


def inclusion_path(index: int, size: int, node: NodeReader) -> tuple[bytes, ...]:
    """Give the audit path of leaf ``index`` in the tree of ``size`` leaves (``PATH``).

    The leaf's sibling first. Raises ``ValueError`` when there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    siblings, _, _ = _descend(index + 1, size, to_leaf=True)
    return tuple(_range_hash(sibling, node) for sibling in siblings)


def consistency_path(old: int, new: int, node: NodeReader) -> tuple[bytes, ...]:
    """Give the proof that the tree of ``new`` leaves begins with that of ``old`` (``PROOF``).

    Empty from the empty tree, which begins every other. Raises ``ValueError`` for sizes
    out of order.
    """
    if not 0 <= old <= new:
        raise ValueError(f"no way from {old} to {new}")
    if old == 0:
        return ()
    siblings, reached, is_prefix = _descend(old, new, to_leaf=False)
    path = tuple(_range_hash(sibling, node) for sibling in siblings)
    return path if is_prefix else (_range_hash(reached, node), *path)


def root_at(size: int, node: NodeReader) -> bytes:
    """Give the root that the tree had at ``size``."""
    return _range_hash(_Range(0, size, is_left=True), node) if size else EMPTY_ROOT


def verify_inclusion(
    leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes
) -> None:
    """Check that ``path`` leads from ``leaf`` (its hash) to ``root``.

    Raises ``InvalidProofError``.
    """
    if not 0 <= index < size:
        _refuse()
    siblings, _, _ = _descend(index + 1, size, to_leaf=True)
    _require_hashes(path, len(siblings))
    reached = leaf
    for sibling, other in zip(siblings, path, strict=True):
        reached = node_hash(other, reached) if sibling.is_left else node_hash(reached, other)
    if reached != root:
        _refuse()


def verify_consistency(
    old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]
) -> None:
    """Check that the tree of ``new_root`` begins with the tree of ``old_root``.

    Raises ``InvalidProofError``.
    """
    if not 0 <= old <= new:
        _refuse()
    if old == 0:
        _require_hashes(path, 0)
        if old_root != EMPTY_ROOT:
            _refuse()
        return
    siblings, _, is_prefix = _descend(old, new, to_leaf=False)
    _require_hashes(path, len(siblings) + (not is_prefix))
    start, rest = (old_root, path) if is_prefix else (path[0], path[1:])
    old_reached = new_reached = start
    for sibling, other in zip(siblings, rest, strict=True):
        if sibling.is_left:
            old_reached = node_hash(other, old_reached)
            new_reached = node_hash(other, new_reached)
        else:  # its leaves came after the old tree
            new_reached = node_hash(new_reached, other)
    if (old_reached, new_reached) != (old_root, new_root):
        _refuse()


class _Range(NamedTuple):
    """The leaves from ``first`` to ``end``, end excluded, and on which side of the way they lie."""

    first: int
    end: int
    is_left: bool


def _descend(boundary: int, size: int, *, to_leaf: bool) -> tuple[list[_Range], _Range, bool]:
    """Go from the root down to the subtree that ends at leaf ``boundary``.

    Stops at the leaf, or at the first subtree that ends there. Gives the siblings passed,
    the lowest first, the subtree reached, and whether it begins at leaf 0.
    """
    first, end = 0, size
    siblings: list[_Range] = []
    while end - first > 1 if to_leaf else end != boundary:
        split = first + _left_width(end - first)
        if boundary <= split:
            siblings.append(_Range(split, end, is_left=False))
            end = split
        else:
            siblings.append(_Range(first, split, is_left=True))
            first = split
    return siblings[::-1], _Range(first, end, is_left=True), first == 0


def _left_width(width: int) -> int:
    return 1 << ((width - 1).bit_length() - 1)  # the largest power of two below width


def _range_hash(leaves: _Range, node: NodeReader) -> bytes:
    # Every range that the descent gives begins where its perfect subtrees may begin.
    width = leaves.end - leaves.first
    if width.bit_count() == 1:
        level = width.bit_length() - 1
        return node(level, leaves.first >> level)
    split = leaves.first + _left_width(width)
    left = _range_hash(_Range(leaves.first, split, is_left=True), node)
    return node_hash(left, _range_hash(_Range(split, leaves.end, is_left=False), node))


def _require_hashes(path: Sequence[bytes], count: int) -> None:
    if len(path) != count or any(len(other) != HASH_BYTES for other in path):
        _refuse()


def _refuse() -> NoReturn:
    raise InvalidProofError(
        "la preuve ne mène pas à la racine du journal",
        "demandez une nouvelle preuve ; si elle échoue aussi, prévenez le DPO",
    )
