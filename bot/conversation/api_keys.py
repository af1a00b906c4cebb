"""Owns finding keys and tokens that carry their maker's mark. Refuses to guess at unmarked hexadecimal."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.conversation.secret_span import SecretKind, SecretSpan

# Bounded repetition everywhere: the time stays linear whatever is typed.
_MARKED = (
    r"(?:sk|pk|rk)[-_](?:live|test|proj|ant|or|svcacct)?[-_]?[A-Za-z0-9][A-Za-z0-9_-]{15,200}",
    r"gh[pousr]_[A-Za-z0-9]{20,255}",
    r"github_pat_\w{20,255}",
    r"glpat-[\w-]{16,64}",
    r"xox[abeoprs]-[A-Za-z0-9-]{10,255}",
    r"xapp-[A-Za-z0-9-]{10,255}",
    r"(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}",
    r"AIza[\w-]{30,60}",
    r"ya29\.[\w-]{20,300}",
    r"SG\.[\w-]{16,64}\.[\w-]{16,64}",
    r"npm_[A-Za-z0-9]{30,64}",
    r"pypi-[\w-]{30,255}",
    r"hf_[A-Za-z0-9]{20,64}",
    r"whsec_[A-Za-z0-9+/=]{16,128}",
    r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{24,64}",
    r"dop_v1_[a-f0-9]{32,80}",
    r"key-[0-9a-f]{32}",
    r"(?:AC|SK)[0-9a-f]{32}",
    r"sq0(?:atp|csp)-[\w-]{20,64}",
    r"EAA[A-Za-z0-9]{40,255}",
    r"dckr_pat_[\w-]{20,64}",
    r"eyJ[\w-]{8,2000}\.[\w-]{8,4000}(?:\.[\w-]{0,1000})?",
    r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-]{0,8000}(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?",
)
_KEY = re.compile(
    rf"(?<![A-Za-z0-9])(?:{'|'.join(_MARKED)})"
    r"|(?<![A-Za-z])bearer[ \t]{1,3}(?P<bearer>[\w.~+/=-]{16,2000})",
    re.IGNORECASE,
)


def find_api_keys(text: str) -> Iterator[SecretSpan]:
    """Every marked key, token and private key block of `text`, from left to right."""
    for match in _KEY.finditer(text):
        yield SecretSpan(*match.span("bearer" if match.group("bearer") else 0), SecretKind.KEY)
