"""Errors of what crosses the border.

SchemasError                 a document or a value is not what its schema says
└── CanonicalFormError       bytes or a value outside the one canonical JSON form

The subclasses of one document (agreement, manifest, receipt) live beside its schema.
The sentence is plain French for an operator and holds field names, never a person's data.
"""

from typing import ClassVar


class SchemasError(Exception):
    """A document is not what its schema says: give up, and mend the document.

    Its text is a French sentence, ``way_out`` a second one, on what to do.
    """

    way_out: ClassVar[str] = "demandez ce document de nouveau à son auteur"


class CanonicalFormError(SchemasError):
    """The bytes or the value have no place in canonical JSON."""
