"""The agreement file: parties and roles, instructions, calendar, recipients, retention, columns."""

from schemas.agreement.calendar import (
    CalendarEntry,
    DateKind,
    agreement_calendar,
    ends_at,
    opens_at,
)
from schemas.agreement.comparison import compare_with_loaded
from schemas.agreement.differences import Change, changes_between
from schemas.agreement.document import (
    TEST_DEADLINE_ID,
    Agreement,
    Archives,
    DataRetention,
    Deadline,
    InformationNotice,
    Instruction,
    LogRetention,
    Party,
    Period,
    Recipient,
    Retention,
)
from schemas.agreement.problems import AgreementError, Problem, Remark, UnknownIdError
from schemas.agreement.reading import read_agreement
from schemas.agreement.recipient_key import recipient_fingerprint
from schemas.agreement.remarks import sending_remarks, warnings_of
from schemas.agreement.retention import log_end, packages_end, records_end
from schemas.agreement.sample import sample_text
from schemas.agreement.working_days import day_off

__all__ = [
    "TEST_DEADLINE_ID",
    "Agreement",
    "AgreementError",
    "Archives",
    "CalendarEntry",
    "Change",
    "DataRetention",
    "DateKind",
    "Deadline",
    "InformationNotice",
    "Instruction",
    "LogRetention",
    "Party",
    "Period",
    "Problem",
    "Recipient",
    "Remark",
    "Retention",
    "UnknownIdError",
    "agreement_calendar",
    "changes_between",
    "compare_with_loaded",
    "day_off",
    "ends_at",
    "log_end",
    "opens_at",
    "packages_end",
    "read_agreement",
    "recipient_fingerprint",
    "records_end",
    "sample_text",
    "sending_remarks",
    "warnings_of",
]
