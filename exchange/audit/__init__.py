"""The evidence: events, their Merkle tree, checkpoints, proofs and verification."""
