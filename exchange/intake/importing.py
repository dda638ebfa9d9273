"""Importing a file: examined as a whole, then loaded row by row. The command and the API do this.

Whatever is found is reported, and a file that is refused as a whole is in the evidence.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from exchange.clock import Clock
from exchange.intake.ending import Work
from exchange.intake.load import LoadRequest, LoadResult
from exchange.intake.load_evidence import record_refused_source
from exchange.intake.loading import Loader
from exchange.intake.modes import ImportMode
from exchange.intake.refused_source import SourceRefusedError
from exchange.intake.source import Source, open_source
from exchange.intake.source_file import SourceFile
from exchange.intake.source_kind import SourceKind
from exchange.transactions import Store
from keys.keyring import Keyring
from schemas.agreement import Agreement
from schemas.annex_e import Finding, SourceRow


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What is asked of a file.

    ``mode`` is ``None`` for that of the agreement; ``kind``, ``encoding`` and ``delimiter`` are
    what the caller imposes; ``attested_by`` is as in ``LoadRequest``.
    """

    mode: ImportMode | None
    encoding: str | None
    delimiter: str | None
    dry_run: bool
    attested_by: str
    kind: SourceKind | None = None


@dataclass(frozen=True, slots=True)
class Importer:
    """Works under one agreement, which is claimed; ``report`` gets every finding."""

    store: Store[Work]
    keyring: Keyring
    clock: Clock
    agreement: Agreement
    report: Callable[[Finding], None]

    def admit(self, asked: ImportRequest) -> None:
        """Refuse, before a file is looked at, what could not be loaded. Raises ``RefusedError``."""
        self._loader(lambda _: None).admit(self._request(asked, ()))

    def examine(self, file: SourceFile, asked: ImportRequest) -> Source:
        """Examine a file. Raises what ``open_source`` does."""
        with self._reported():
            try:
                return open_source(
                    file,
                    self.agreement.columns,
                    self.agreement.local_key,
                    kind=asked.kind,
                    encoding=asked.encoding,
                    delimiter=asked.delimiter,
                )
            except SourceRefusedError as error:
                self._record_refused(error, asked)
                raise

    def load(
        self, source: Source, asked: ImportRequest, progress: Callable[[int], None]
    ) -> LoadResult:
        """Load its rows; ``progress`` gets the number of rows read so far.

        Raises ``SourceRefusedError`` where it stops being readable, and what ``Loader`` does.
        """
        with self._reported():
            return self._loader(progress).load(self._request(asked, source.rows()))

    def _loader(self, progress: Callable[[int], None]) -> Loader:
        return Loader(self.store, self.keyring, self.clock, self.report, progress)

    def _request(self, asked: ImportRequest, rows: Iterable[SourceRow]) -> LoadRequest:
        mode = asked.mode or ImportMode(self.agreement.import_mode)
        return LoadRequest(self.agreement, rows, mode, asked.dry_run, asked.attested_by)

    @contextmanager
    def _reported(self) -> Iterator[None]:
        try:
            yield
        except SourceRefusedError as error:
            for finding in error.findings:
                self.report(finding)
            raise

    def _record_refused(self, error: SourceRefusedError, asked: ImportRequest) -> None:
        codes = [finding.code for finding in error.findings]
        with self.store.begin() as work:
            record_refused_source(work, self.agreement, codes, dry_run=asked.dry_run)
