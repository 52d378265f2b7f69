"""The tables, one file per room, in the order of care: a later room knows the earlier ones."""

from .appointment import Appointment
from .child import Child, ChildIdentifier, ChildToken
from .concern import Concern
from .diagnosis import Diagnosis
from .document import Attachment
from .evaluation import Evaluation, FamilyProfile
from .event import Event, RecordView
from .goal import Goal, GoalVersion, Performance, PlanGoal, Position, Rating
from .guardian import CourtLimit, Guardian
from .notice import Notice
from .organization import ClockSetting, Organization
from .person import Membership, Role, User
from .plan import Plan
from .prescription import Prescription, covers
from .referral import ContactAttempt, Question, Referral, ReferralDiagnosis
from .seat import Seat
from .task import Task

__all__ = [
    "Appointment",
    "Attachment",
    "Child",
    "ChildIdentifier",
    "ChildToken",
    "ClockSetting",
    "Concern",
    "ContactAttempt",
    "CourtLimit",
    "Diagnosis",
    "Evaluation",
    "Event",
    "FamilyProfile",
    "Goal",
    "GoalVersion",
    "Guardian",
    "Membership",
    "Notice",
    "Organization",
    "Performance",
    "Plan",
    "PlanGoal",
    "Position",
    "Prescription",
    "Question",
    "Rating",
    "RecordView",
    "Referral",
    "ReferralDiagnosis",
    "Role",
    "Seat",
    "Task",
    "User",
    "covers",
]
