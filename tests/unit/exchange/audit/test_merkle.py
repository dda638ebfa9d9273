import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.audit.errors import CorruptTreeError, InvalidProofError
from exchange.audit.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_path,
    inclusion_path,
    leaf_hash,
    node_hash,
    root_at,
    verify_consistency,
    verify_inclusion,
)

_VECTORS = Path(__file__).parents[5] / "shared/vectors/merkle/rfc6962.json"
_LARGEST = 1000


@cache
def vectors() -> dict[str, Any]:
    if not _VECTORS.exists():
        reason = "the shared vectors (merkle/rfc6962.json) do not lie beside the checkout"
        in_ci = "SPIE_EXCHANGE_CI" in os.environ
        pytest.fail(reason) if in_ci else pytest.skip(reason)
    document: dict[str, Any] = json.loads(_VECTORS.read_text())
    return document


class Tree:
    """Every root and perfect subtree of the leaves ``leaf-0``, ``leaf-1``..."""

    def __init__(self, leaves: list[bytes]) -> None:
        frontier = Frontier()
        self.roots = [frontier.root()]
        self.nodes: dict[tuple[int, int], bytes] = {}
        for leaf in leaves:
            frontier, completed = frontier.append(leaf_hash(leaf))
            self.nodes |= {(node.level, node.index): node.hash for node in completed}
            self.roots.append(frontier.root())

    def node(self, level: int, index: int) -> bytes:
        return self.nodes[level, index]


@cache
def numbered() -> Tree:
    return Tree([f"leaf-{number}".encode() for number in range(_LARGEST)])


def numbered_leaf(index: int) -> bytes:
    return leaf_hash(f"leaf-{index}".encode())


def flipped(digest: bytes) -> bytes:
    return bytes([digest[0] ^ 1]) + digest[1:]


def test_roots_of_the_numbered_leaves_are_those_of_the_vectors() -> None:
    expected = vectors()["numbered_roots"]

    found = {size: numbered().roots[int(size)].hex() for size in expected}

    assert found == expected


def test_roots_of_the_certificate_transparency_leaves_are_those_of_the_vectors() -> None:
    leaves = [bytes.fromhex(leaf) for leaf in vectors()["ct_inputs"]]

    roots = [root.hex() for root in Tree(leaves).roots]

    assert roots == vectors()["ct_roots"]


def test_inclusion_paths_are_those_of_the_vectors_and_verify() -> None:
    tree = numbered()

    for vector in vectors()["inclusion"]:
        index, size = vector["index"], vector["size"]
        path = inclusion_path(index, size, tree.node)

        assert [other.hex() for other in path] == vector["path"]
        verify_inclusion(numbered_leaf(index), index, size, path, tree.roots[size])


def test_consistency_proofs_are_those_of_the_vectors_and_verify() -> None:
    tree = numbered()

    for vector in vectors()["consistency"]:
        old, new = vector["old"], vector["new"]
        path = consistency_path(old, new, tree.node)

        assert [other.hex() for other in path] == vector["proof"]
        verify_consistency(old, tree.roots[old], new, tree.roots[new], path)


@given(st.data())
def test_every_leaf_of_every_tree_is_proved(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, _LARGEST))
    index = data.draw(st.integers(0, size - 1))
    tree = numbered()

    path = inclusion_path(index, size, tree.node)

    verify_inclusion(numbered_leaf(index), index, size, path, tree.roots[size])


@given(st.data())
def test_every_tree_is_shown_to_begin_every_later_one(data: st.DataObject) -> None:
    new = data.draw(st.integers(0, _LARGEST))
    old = data.draw(st.integers(0, new))
    tree = numbered()

    path = consistency_path(old, new, tree.node)

    verify_consistency(old, tree.roots[old], new, tree.roots[new], path)


def test_every_altered_element_of_an_inclusion_path_is_refused() -> None:
    tree, index, size = numbered(), 5, 13
    path = inclusion_path(index, size, tree.node)

    for position, other in enumerate(path):
        forged = (*path[:position], flipped(other), *path[position + 1 :])

        with pytest.raises(InvalidProofError):
            verify_inclusion(numbered_leaf(index), index, size, forged, tree.roots[size])


@pytest.mark.parametrize(("index", "size"), [(4, 13), (6, 13), (5, 8), (5, 17), (5, 5), (-1, 13)])
def test_an_inclusion_path_is_refused_at_another_index_or_size(index: int, size: int) -> None:
    # A size that gives the path the same shape is told apart by its root alone: the
    # checkpoint signs both together.
    tree = numbered()
    path = inclusion_path(5, 13, tree.node)

    with pytest.raises(InvalidProofError):
        verify_inclusion(numbered_leaf(5), index, size, path, tree.roots[13])


def test_an_inclusion_path_too_short_too_long_or_of_odd_hashes_is_refused() -> None:
    tree = numbered()
    path = inclusion_path(5, 13, tree.node)
    merged = (path[0] + path[1], *path[2:], b"")

    for forged in (path[:-1], path[1:], (*path, path[0]), (), merged):
        with pytest.raises(InvalidProofError):
            verify_inclusion(numbered_leaf(5), 5, 13, forged, tree.roots[13])


def test_a_node_is_not_taken_for_a_leaf() -> None:
    tree = numbered()
    inner = tree.node(1, 0)

    with pytest.raises(InvalidProofError):
        verify_inclusion(leaf_hash(tree.node(0, 0) + tree.node(0, 1)), 0, 1, (), inner)


def test_a_forged_middle_of_the_tree_is_refused() -> None:
    # The path is right for a tree whose leaf 2 was replaced: it leads to another root.
    leaves = [f"leaf-{number}".encode() for number in range(8)]
    forged = Tree([*leaves[:2], b"forged", *leaves[3:]])
    path = inclusion_path(2, 8, forged.node)
    verify_inclusion(leaf_hash(b"forged"), 2, 8, path, forged.roots[8])

    with pytest.raises(InvalidProofError):
        verify_inclusion(leaf_hash(b"forged"), 2, 8, path, numbered().roots[8])


@pytest.mark.parametrize(("old", "new"), [(3, 7), (4, 7), (6, 8), (8, 13), (7, 7)])
def test_every_altered_element_of_a_consistency_proof_is_refused(old: int, new: int) -> None:
    tree = numbered()
    path = consistency_path(old, new, tree.node)
    forgeries = [
        (*path[:position], flipped(other), *path[position + 1 :])
        for position, other in enumerate(path)
    ]

    for forged in (*forgeries, path[:-1] or (tree.roots[old],), (*path, tree.roots[old])):
        with pytest.raises(InvalidProofError):
            verify_consistency(old, tree.roots[old], new, tree.roots[new], forged)


def test_a_consistency_proof_is_refused_for_other_sizes_or_roots() -> None:
    tree = numbered()
    path = consistency_path(6, 13, tree.node)
    roots = tree.roots

    for old, old_root, new, new_root in (
        (5, roots[5], 13, roots[13]),
        (6, roots[6], 12, roots[12]),
        (6, roots[5], 13, roots[13]),
        (6, roots[6], 13, roots[12]),
        (13, roots[13], 6, roots[6]),
        (0, EMPTY_ROOT, 13, roots[13]),
        (-1, EMPTY_ROOT, 13, roots[13]),
    ):
        with pytest.raises(InvalidProofError):
            verify_consistency(old, old_root, new, new_root, path)


def test_a_rewritten_prefix_is_not_consistent_with_the_old_root() -> None:
    leaves = [f"leaf-{number}".encode() for number in range(13)]
    rewritten = Tree([*leaves[:2], b"forged", *leaves[3:]])
    path = consistency_path(6, 13, rewritten.node)

    with pytest.raises(InvalidProofError):
        verify_consistency(6, numbered().roots[6], 13, rewritten.roots[13], path)


def test_the_empty_tree_begins_every_tree_but_no_other_root_does() -> None:
    tree = numbered()

    verify_consistency(0, EMPTY_ROOT, 9, tree.roots[9], ())

    with pytest.raises(InvalidProofError):
        verify_consistency(0, tree.roots[1], 9, tree.roots[9], ())


def test_a_path_is_asked_only_for_leaves_and_sizes_that_exist() -> None:
    tree = numbered()

    with pytest.raises(ValueError, match="no leaf 7 in a tree of 7"):
        inclusion_path(7, 7, tree.node)
    with pytest.raises(ValueError, match="no way from 8 to 7"):
        consistency_path(8, 7, tree.node)


def test_the_root_of_every_earlier_size_is_found_from_the_nodes() -> None:
    tree = numbered()

    assert [root_at(size, tree.node) for size in range(70)] == tree.roots[:70]


def test_a_frontier_is_read_back_from_storage() -> None:
    frontier = Frontier()
    for index in range(70):
        assert Frontier.from_bytes(frontier.to_bytes()) == frontier
        frontier, _ = frontier.append(numbered_leaf(index))


@pytest.mark.parametrize("data", [b"", b"\x00" * 7, (3).to_bytes(8, "big") + b"\x00" * 32])
def test_a_frontier_of_another_length_than_its_size_says_is_refused(data: bytes) -> None:
    with pytest.raises(CorruptTreeError, match="tête du journal"):
        Frontier.from_bytes(data)


def test_what_lies_inside_a_forgotten_prefix_is_not_needed_to_prove_what_follows() -> None:
    # Pruning must stay possible: keep the subtrees that cover the first 11 leaves only.
    tree, pruned = numbered(), 11
    inside = {
        (level, index)
        for level, index in tree.nodes
        if (index + 1) << level <= pruned and not _covers_prefix(level, index, pruned)
    }

    def node(level: int, index: int) -> bytes:
        assert (level, index) not in inside
        return tree.node(level, index)

    for index in range(pruned, 40):
        path = inclusion_path(index, 40, node)
        verify_inclusion(numbered_leaf(index), index, 40, path, tree.roots[40])
    for old in range(pruned, 40):
        proof = consistency_path(old, 40, node)
        verify_consistency(old, tree.roots[old], 40, tree.roots[40], proof)


def _covers_prefix(level: int, index: int, size: int) -> bool:
    return bool(size >> level & 1) and index == (size >> level) - 1


def test_leaf_and_node_hashes_are_domain_separated() -> None:
    left, right = numbered_leaf(0), numbered_leaf(1)

    assert leaf_hash(left + right) != node_hash(left, right)
