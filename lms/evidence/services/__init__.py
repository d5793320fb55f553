"""What changes in the book of hours, in the measures beside it, and in the papers drawn from it."""

from .assistance import record_assistance, restore_assistance, take_back_assistance
from .attestations import issue_attestation, issue_hours_attestation, revoke_attestation
from .hours import CorrectionRefused, correct, correct_to, credit, kept_by
from .measures import observe
from .sharing import share_attestation, stop_sharing

__all__ = [
    "CorrectionRefused",
    "correct",
    "correct_to",
    "credit",
    "issue_attestation",
    "issue_hours_attestation",
    "kept_by",
    "observe",
    "record_assistance",
    "restore_assistance",
    "revoke_attestation",
    "share_attestation",
    "stop_sharing",
    "take_back_assistance",
]
