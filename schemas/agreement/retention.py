"""From which day each thing must be destroyed.

Each end is the earlier of the counted duration and ``at_latest``: the agreement's ceiling wins.
"""

from datetime import date, timedelta

from schemas.agreement.document import Agreement, DataRetention


def records_end(agreement: Agreement) -> date:
    """Give the day from which the destruction of the loaded records is due."""
    return _end(agreement, agreement.retention.records)


def packages_end(agreement: Agreement) -> date:
    """Give the day from which the destruction of the packages is due."""
    return _end(agreement, agreement.retention.packages)


def log_end(agreement: Agreement) -> date:
    """Give the day from which the destruction of the last trace is due.

    The last trace counted here is that of the destruction of the records and packages.
    """
    rule = agreement.retention.log
    destroyed = max(records_end(agreement), packages_end(agreement))
    return min(destroyed + timedelta(days=rule.days), rule.at_latest)


def last_due(agreement: Agreement) -> date:
    """Give the last due date of a survey: after it, nothing more is owed to its recipients."""
    return max(deadline.due for deadline in agreement.deadlines if deadline.kind == "survey")


def counted_from(agreement: Agreement, rule: DataRetention) -> date:
    """Give the day from which a duration is counted."""
    return last_due(agreement) if rule.from_ == "last_due" else agreement.processing_ends


def _end(agreement: Agreement, rule: DataRetention) -> date:
    return min(counted_from(agreement, rule) + timedelta(days=rule.days), rule.at_latest)
