"""Owns the JSON of complaints. Refuses to be sent to a visitor: they read what they are told."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel

from bot.api.conversation_shapes import Sent
from bot.api.field_types import PolicyKey, Version
from bot.complaints.complaint import Complaint, Step
from bot.handoff.complaint_policy import Stage


class Listed(StrEnum):
    """Which complaints: those going on, of them the overdue ones, or those that are over."""

    OPEN = "open"
    OVERDUE = "overdue"
    OVER = "over"


class StepPost(Sent):
    """Where it goes; a proposal names a root cause and a remedy of complaints.yaml."""

    stage: Stage
    root_cause: PolicyKey | None = None
    remedy: PolicyKey | None = None

    def step(self) -> Step:
        """The same for the ledger."""
        return Step(self.stage, self.root_cause, self.remedy)


class StagePost(StepPost):
    """A step to be taken; refused when the complaint is not at `version` any more."""

    version: Version | None = None


class StepPreviewBody(BaseModel):
    """What the customer would read of the step, were it taken now."""

    text: str


class ComplaintBody(BaseModel):
    """A complaint; `following` are the stages it may go to, `owner` is an account id."""

    ticket_id: str
    number: str
    stage: Stage
    following: list[Stage]
    stage_since: str
    due_at: str | None
    overdue: bool
    owner: str | None
    root_cause: str | None
    remedy: str | None
    opened_at: str
    closed_at: str | None
    version: int


class ComplaintsBody(BaseModel):
    """The first due first; those that are over, the newest first. At most 200."""

    complaints: list[ComplaintBody]


class TicketComplaintBody(BaseModel):
    """Null when the ticket is no complaint."""

    complaint: ComplaintBody | None


def complaint_body(complaint: Complaint, now: str) -> ComplaintBody:
    """A stored complaint as it stands now."""
    stored = set(ComplaintBody.model_fields) - {"overdue", "following"}
    values = {name: getattr(complaint, name) for name in stored}
    return ComplaintBody(overdue=complaint.overdue(now), following=list(complaint.following), **values)
