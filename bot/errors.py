"""Owns the tree of errors a caller can act on, each with its HTTP status and code. Refuses to render them: api does."""

from __future__ import annotations


class DeskError(Exception):
    """Base of every error shown to a caller; `detail` is a sentence a person can act on."""

    status = 500
    code = "internal"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class BadRequest(DeskError):
    """The request cannot be understood."""

    status = 400
    code = "bad_request"


class SignInNeeded(DeskError):
    """No valid token or session came with the request."""

    status = 401
    code = "sign_in_needed"


class NotAllowed(DeskError):
    """The caller is known but may not do this."""

    status = 403
    code = "not_allowed"


class NotFound(DeskError):
    """The thing does not exist, or the caller may not know that it does."""

    status = 404
    code = "not_found"


class Conflict(DeskError):
    """The thing is in a state that forbids the step, or somebody else was first."""

    status = 409
    code = "conflict"


class AsksAgain(Conflict):
    """The reply asks for what the customer gave already, and its sender wanted to be asked first."""

    code = "asks_again"


class MovedOn(Conflict):
    """The customer wrote since the reply was suggested, and its sender wanted to be asked first."""

    code = "moved_on"


class ContainsInternal(Conflict):
    """The reply has words of an internal article, and its sender has not said that the customer may read them."""

    code = "contains_internal"


class PromisesFreely(Conflict):
    """The reply promises something that no promise object stands for, and its sender wanted to be asked first."""

    code = "promises_freely"


class OpenPromises(Conflict):
    """The ticket has promises that somebody still has to keep; closing it needs a reason why they are given up."""

    code = "open_promises"


class ConfirmFirst(Conflict):
    """Something speaks against what is to be done to the ticket, and whoever does it wanted to be asked first."""

    code = "confirm_first"


class OverAllowance(Conflict):
    """More than the caller may give; the detail says how much is left, and a lead can be asked."""

    code = "over_allowance"


class TooLarge(DeskError):
    """The text or file is over the limit named in the detail."""

    status = 413
    code = "too_large"


class TooMany(DeskError):
    """A rate limit was reached; `retry_after` is in whole seconds."""

    status = 429
    code = "too_many_requests"

    def __init__(self, detail: str, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class Unavailable(DeskError):
    """A part the request needs is not ready, for instance no index has been built."""

    status = 503
    code = "unavailable"


class BadPolicy(DeskError):
    """A policy or prompt file is wrong; the detail names file and key."""

    status = 500
    code = "bad_policy"


def of_system(error: OSError) -> str:
    """What the system refused, in one line: the file, where it is known, and why."""
    why = error.strerror or str(error).partition("\n")[0]
    return f"{error.filename}: {why}." if error.filename is not None else f"{why}."
