"""The tables of live seminars."""

from .attendance import Attendance, AttendanceCorrection, HalfDaySignature, Stay
from .breakouts import BreakoutRoom, BreakoutRound, BreakoutSeat
from .exchanges import ChatMessage, Hand, Question, QuestionVote, SessionPoll, SessionPollAnswer, SessionPollChoice
from .material import Caption, Deck, Handout, Slide, SlideTurn
from .pages import SeminarSeriesPage, SeriesSpeaker
from .recordings import ReplayWatching, SessionRecording, SurveyAnswer
from .registrations import Registration, Reminder, SessionFeed
from .sessions import FunderPresence, LiveSession, Removal, RoomChange, RunSheetItem, SessionStaff

__all__ = [
    "Attendance",
    "AttendanceCorrection",
    "BreakoutRoom",
    "BreakoutRound",
    "BreakoutSeat",
    "Caption",
    "ChatMessage",
    "Deck",
    "FunderPresence",
    "HalfDaySignature",
    "Hand",
    "Handout",
    "LiveSession",
    "Question",
    "QuestionVote",
    "Registration",
    "Reminder",
    "Removal",
    "ReplayWatching",
    "RoomChange",
    "RunSheetItem",
    "SeminarSeriesPage",
    "SeriesSpeaker",
    "SessionFeed",
    "SessionPoll",
    "SessionPollAnswer",
    "SessionPollChoice",
    "SessionRecording",
    "SessionStaff",
    "Slide",
    "SlideTurn",
    "Stay",
    "SurveyAnswer",
]
