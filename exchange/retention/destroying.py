"""Destroying what is due, what an interrupted destruction left to do first."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from exchange.retention.certificates import CertificateIssuer, IssuedCertificate
from exchange.retention.plan import DestructionPlan
from exchange.retention.purge import Purger
from schemas.agreement import Agreement


@dataclass(frozen=True, slots=True)
class Destroyed:
    """What a destruction did.

    ``finished`` are the files of a certificate that had been waiting for their names;
    ``taken_up`` certifies the destruction that had been interrupted; ``plan`` is what was
    due after it, and ``issued`` certifies its destruction.
    """

    finished: tuple[Path, ...]
    taken_up: IssuedCertificate | None
    plan: DestructionPlan
    issued: IssuedCertificate | None

    @property
    def certificates(self) -> tuple[IssuedCertificate, ...]:
        """The certificates issued now, in their order."""
        return tuple(filter(None, (self.taken_up, self.issued)))

    @property
    def is_nothing(self) -> bool:
        """Whether there was nothing to destroy or to finish."""
        return not (self.certificates or self.finished)


@dataclass(frozen=True, slots=True)
class Destroyer:
    """What a destruction needs. ``sweep`` removes what killed exports left of an agreement.

    ``keep_nothing_new`` writes down what only the people of an agreement tell of its deadlines.
    It is made only where a certificate can be: what cannot be certified is not destroyed.
    """

    purger: Purger
    issuer: CertificateIssuer
    sweep: Callable[[str], None]
    keep_nothing_new: Callable[[Agreement], None]

    def destroy(self, agreement: Agreement) -> Destroyed:
        """Finish what was interrupted, then destroy what is due now."""
        finished, taken_up = self.finish(agreement)
        plan = self.purger.plan(agreement, self.purger.clock.now())
        issued = None
        if not plan.is_empty:
            if plan.records_due:
                self.keep_nothing_new(agreement)
            purge = self.purger.begin(agreement, plan)
            issued = self.issuer.issue(agreement, self.purger.carry_out(purge))
        return Destroyed(finished, taken_up, plan, issued)

    def finish(self, agreement: Agreement) -> tuple[tuple[Path, ...], IssuedCertificate | None]:
        """Finish what was interrupted, and begin nothing; give the files, the certificate."""
        self.sweep(agreement.id)
        return self.issuer.finish(agreement), self._take_up(agreement)

    def _take_up(self, agreement: Agreement) -> IssuedCertificate | None:
        interrupted = self.purger.interrupted(agreement)
        if interrupted is None:
            return None
        return self.issuer.issue(agreement, self.purger.carry_out(interrupted))
