"""The tables, one file per room, in the order of care: a later room knows the earlier ones."""

from .account import AccountChange
from .activity import Activity, ActivityGoal, Dose, Pause, Practice, Reaction
from .appointment import Appointment, Series
from .arrival import Alias, Arrival, ArrivalView, OrderNumber, Original
from .caseload import Caseload, CaseloadRow, Export
from .child import Child, ChildIdentifier, ChildToken, Spelling
from .concern import Concern
from .consent import Consent, Scope
from .correction import Correction
from .diagnosis import Diagnosis
from .discharge import Discharge
from .document import Attachment
from .emergency import Emergency
from .evaluation import Evaluation, FamilyProfile
from .event import Event, RecordView
from .feed import Feed
from .goal import Goal, GoalVersion, Performance, PlanGoal, Position, Rating
from .guardian import CourtLimit, Guardian
from .heartbeat import Heartbeat
from .instrument import OwnInstrument, OwnScale
from .invitation import Invitation
from .letter import Letter, LetterTemplate
from .listed import Listed
from .merge import Merge
from .message import Enclosure, Message, Reading, Thread
from .notice import Notice, NoticePreference
from .organization import ClockSetting, ClosedDays, Organization
from .person import Membership, Role, User
from .plan import Plan
from .prescription import Prescription, covers
from .programme import Programme
from .referral import ContactAttempt, Question, Referral, ReferralDiagnosis
from .reminder import Reminder
from .report import CheckIn, Report
from .result import ResultFile, ResultRequest
from .seal import Seal
from .seat import Seat
from .session import Authorisation, Session
from .shelf import OwnActivity, OwnGoal, OwnPayer
from .system import System
from .task import Task
from .treated import Treated

__all__ = [
    "AccountChange",
    "Activity",
    "ActivityGoal",
    "Alias",
    "Appointment",
    "Arrival",
    "ArrivalView",
    "Attachment",
    "Authorisation",
    "Caseload",
    "CaseloadRow",
    "CheckIn",
    "Child",
    "ChildIdentifier",
    "ChildToken",
    "ClockSetting",
    "ClosedDays",
    "Concern",
    "Consent",
    "ContactAttempt",
    "Correction",
    "CourtLimit",
    "Diagnosis",
    "Discharge",
    "Dose",
    "Emergency",
    "Enclosure",
    "Evaluation",
    "Event",
    "Export",
    "FamilyProfile",
    "Feed",
    "Goal",
    "GoalVersion",
    "Guardian",
    "Heartbeat",
    "Invitation",
    "Letter",
    "LetterTemplate",
    "Listed",
    "Membership",
    "Merge",
    "Message",
    "Notice",
    "NoticePreference",
    "OrderNumber",
    "Organization",
    "Original",
    "OwnActivity",
    "OwnGoal",
    "OwnInstrument",
    "OwnPayer",
    "OwnScale",
    "Pause",
    "Performance",
    "Plan",
    "PlanGoal",
    "Position",
    "Practice",
    "Prescription",
    "Programme",
    "Question",
    "Rating",
    "Reaction",
    "Reading",
    "RecordView",
    "Referral",
    "ReferralDiagnosis",
    "Reminder",
    "Report",
    "ResultFile",
    "ResultRequest",
    "Role",
    "Scope",
    "Seal",
    "Seat",
    "Series",
    "Session",
    "Spelling",
    "System",
    "Task",
    "Thread",
    "Treated",
    "User",
    "covers",
]
