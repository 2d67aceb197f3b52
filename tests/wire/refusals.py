"""What Discord answers when it says no: status, code and text of its own."""

from typing import Any, Final

REASONS: Final[dict[int, tuple[int, str]]] = {
    0: (401, "401: Unauthorized"),
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10013: (404, "Unknown User"),
    10014: (400, "Unknown Emoji"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    30010: (400, "Maximum number of reactions reached (20)"),
    30032: (400, "Maximum number of application commands reached"),
    30046: (429, "Maximum number of edits to messages older than 1 hour reached"),
    40058: (
        403,
        "Cannot message this thread until after the post author has sent an initial message.",
    ),
    40060: (400, "Interaction has already been acknowledged."),
    50001: (403, "Missing Access"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50013: (403, "Missing Permissions"),
    50024: (400, "Cannot execute action on this channel type"),
    50027: (401, "Invalid Webhook Token"),
    50035: (400, "Invalid Form Body"),
    50083: (400, "Thread is archived"),
}


class Refused(Exception):
    """A request that Discord would not carry out."""

    def __init__(self, code: int, *details: str) -> None:
        self.code = code
        self.status, self.text = REASONS[code]
        self.details = details
        super().__init__(f"{self.status} {code} {self.text}: {'; '.join(details)}")

    def body(self) -> dict[str, Any]:
        """The answer's JSON."""
        body: dict[str, Any] = {"code": self.code, "message": self.text}
        if self.code == 50035:
            errors = [{"code": "INVALID", "message": text} for text in self.details]
            body["errors"] = {"_errors": errors}
        return body


class Limited(Exception):
    """Too many requests: come back after `wait` seconds."""

    def __init__(self, wait: float, *, scope: str = "user", code: int = 0) -> None:
        self.wait = wait
        self.scope = scope
        self.code = code
        super().__init__(f"429, {scope}: wait {wait:.3f} s")

    def body(self) -> dict[str, Any]:
        """The answer's JSON."""
        text = REASONS[self.code][1] if self.code else "You are being rate limited."
        whole = self.scope == "global"
        return {"message": text, "retry_after": self.wait, "global": whole, "code": self.code}
