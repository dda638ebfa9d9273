"""What can be wrong with evidence. Every one of them is for a human to look at.

AttentionError
├── InvalidProofError        a Merkle path does not lead to the root
├── InvalidCheckpointError   a checkpoint is not signed by this log, or not well formed
├── InvalidEventError        the bytes of an event cannot be read
├── CorruptTreeError         what is stored beside the events cannot be a tree of theirs
└── EvidenceDisagreesError   verification found where the log stops being what it was
                             (in ``exchange.audit.disagreements``, with the place)
"""

from exchange.errors import AttentionError


class InvalidProofError(AttentionError):
    """A proof does not hold. One sentence for every reason: which step failed is no help."""


class InvalidCheckpointError(AttentionError):
    """A checkpoint is not one that this log signed."""


class InvalidEventError(AttentionError):
    """The bytes of an event are not those of an event."""


class CorruptTreeError(AttentionError):
    """The stored tree is not a tree of the stored events."""
