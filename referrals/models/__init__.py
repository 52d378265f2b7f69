"""The tables, one file per room, in the order of care: a later room knows the earlier ones."""

from .activity import Activity, ActivityGoal, Dose, Pause, Practice, Reaction
from .appointment import Appointment, Series
from .child import Child, ChildIdentifier, ChildToken
from .concern import Concern
from .diagnosis import Diagnosis
from .discharge import Discharge
from .document import Attachment
from .evaluation import Evaluation, FamilyProfile
from .event import Event, RecordView
from .goal import Goal, GoalVersion, Performance, PlanGoal, Position, Rating
from .guardian import CourtLimit, Guardian
from .notice import Notice
from .organization import ClockSetting, ClosedDays, Organization
from .person import Membership, Role, User
from .plan import Plan
from .prescription import Prescription, covers
from .referral import ContactAttempt, Question, Referral, ReferralDiagnosis
from .report import CheckIn, Report
from .seat import Seat
from .session import Authorisation, Session
from .task import Task

__all__ = [
    "Activity",
    "ActivityGoal",
    "Appointment",
    "Attachment",
    "Authorisation",
    "CheckIn",
    "Child",
    "ChildIdentifier",
    "ChildToken",
    "ClockSetting",
    "ClosedDays",
    "Concern",
    "ContactAttempt",
    "CourtLimit",
    "Diagnosis",
    "Discharge",
    "Dose",
    "Evaluation",
    "Event",
    "FamilyProfile",
    "Goal",
    "GoalVersion",
    "Guardian",
    "Membership",
    "Notice",
    "Organization",
    "Pause",
    "Performance",
    "Plan",
    "PlanGoal",
    "Position",
    "Practice",
    "Prescription",
    "Question",
    "Rating",
    "Reaction",
    "RecordView",
    "Referral",
    "ReferralDiagnosis",
    "Report",
    "Role",
    "Seat",
    "Series",
    "Session",
    "Task",
    "User",
    "covers",
]
