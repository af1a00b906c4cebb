"""Owns the shelf where code and other literal text waits while the markup around it is cleaned.

Each piece is replaced by a token of two control characters around its number; `characters.visible` has
removed all control characters before, so that no article can forge one. Refuses to look into what it holds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

TOKEN = re.compile("\x01(\\d+)\x02")
BLOCK_TOKEN = re.compile("\x03(\\d+)\x04")


@dataclass(slots=True)
class Shelf:
    """Literal pieces of one article, by the order in which they were put here."""

    pieces: list[str] = field(default_factory=list)

    def hold(self, piece: str) -> str:
        """Keep an inline piece; answers its token."""
        self.pieces.append(piece)
        return f"\x01{len(self.pieces) - 1}\x02"

    def hold_block(self, piece: str) -> str:
        """Keep a code block; answers its token, which stands on a line of its own."""
        self.pieces.append(piece)
        return f"\x03{len(self.pieces) - 1}\x04"

    def put_back(self, text: str) -> str:
        """Text with every inline token replaced by its piece."""
        return TOKEN.sub(lambda match: self.pieces[int(match[1])], text)
