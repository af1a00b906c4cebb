"""Owns the two curves as inline SVG: risk against coverage, and reliability.

Refuses colours of its own: CSS has them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from eval.calibration.quality import Bin, Point

WIDTH, HEIGHT = 520, 340
LEFT, RIGHT, TOP, BOTTOM = 66, 26, 16, 46
TICKS = (0.04, 0.05, 0.1, 0.15, 0.2)
FEWEST = 10
"""Answers below which a risk says nothing and is not drawn."""


def risk_coverage(test: Sequence[Point], tune: Sequence[Point], now: Point | None, limit: float) -> str:
    """Share of wrong answers against share of questions answered; the dot is `now`."""
    highest = max([0.2, limit, *(p.risk for p in (*test, *tune) if p.answered >= FEWEST)])
    top = next(5 * step for step in TICKS if 5 * step >= highest)
    parts = [
        _axes("questions answered", "of them wrong", 1.0, top),
        f'<line class="limit" x1="{_x(0)}" x2="{_x(1)}" y1="{_y(limit, top)}" y2="{_y(limit, top)}"/>',
        f'<text class="note" x="{_x(1)}" y="{_y(limit, top) - 6}" text-anchor="end">{limit:.0%} wrong</text>',
        _line("tune", [(p.coverage, p.risk) for p in tune if p.answered >= FEWEST], top),
        _line("test", [(p.coverage, p.risk) for p in test if p.answered >= FEWEST], top),
    ]
    if now is not None:
        parts.append(_dot("now", now.coverage, now.risk, top, 6))
        parts.append(_label(now.coverage, now.risk, top, f"now: {now.coverage:.0%} answered, {now.risk:.0%} wrong"))
    told = f"{now.coverage:.0%} answered, {now.risk:.0%} of them wrong" if now else "nothing is answered"
    return _svg("Risk and coverage", f"At the present threshold {told}.", parts)


def reliability(bins: Sequence[Bin]) -> str:
    """Share right against stated confidence; on the diagonal the confidence means what it says."""
    points = [(b.confidence, b.right) for b in bins]
    largest = max((b.count for b in bins), default=1)
    parts = [
        _axes("stated confidence", "right", 1.0, 1.0),
        f'<line class="ideal" x1="{_x(0)}" y1="{_y(0, 1)}" x2="{_x(1)}" y2="{_y(1, 1)}"/>',
        *(_gap(b) for b in bins),
        _line("test", points, 1.0),
        *(_dot("bin", b.confidence, b.right, 1.0, 3 + 3 * b.count / largest) for b in bins),
    ]
    return _svg("Reliability", "Stated confidence against the share that was right.", parts)


def _svg(title: str, description: str, parts: Iterable[str]) -> str:
    head = f'<svg class="plot" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}: {description}">'
    return head + "".join(parts) + "</svg>"


def _axes(x_name: str, y_name: str, right: float, top: float) -> str:
    lines = []
    for step in range(6):
        x, y = right * step / 5, top * step / 5
        lines.append(f'<line class="grid" x1="{_x(0)}" x2="{_x(1)}" y1="{_y(y, top)}" y2="{_y(y, top)}"/>')
        lines.append(f'<text class="tick" x="{_x(x)}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{x:.0%}</text>')
        lines.append(f'<text class="tick" x="{LEFT - 8}" y="{_y(y, top) + 4}" text-anchor="end">{y:.0%}</text>')
    lines.append(f'<text class="axis" x="{_x(0.5)}" y="{HEIGHT - 8}" text-anchor="middle">{x_name}</text>')
    middle = TOP + (HEIGHT - TOP - BOTTOM) / 2
    lines.append(
        f'<text class="axis" transform="translate(13 {middle}) rotate(-90)" text-anchor="middle">{y_name}</text>'
    )
    return "".join(lines)


def _line(name: str, points: Sequence[tuple[float, float]], top: float) -> str:
    if not points:
        return ""
    path = " ".join(f"{_x(x)},{_y(y, top)}" for x, y in points)
    return f'<polyline class="line {name}" points="{path}"/>'


def _dot(name: str, x: float, y: float, top: float, radius: float) -> str:
    return f'<circle class="dot {name}" cx="{_x(x)}" cy="{_y(y, top)}" r="{radius:.1f}"/>'


def _gap(b: Bin) -> str:
    x = _x(b.confidence)
    return f'<line class="gap" x1="{x}" x2="{x}" y1="{_y(b.confidence, 1)}" y2="{_y(b.right, 1)}"/>'


def _label(x: float, y: float, top: float, text: str) -> str:
    """Above the curve and left of the dot, where the curve has been already."""
    anchor, at = ("end", _x(x) - 8) if x > 0.5 else ("start", LEFT + 8)
    return f'<text class="mark" x="{at}" y="{_y(y, top) - 22}" text-anchor="{anchor}">{text}</text>'


def _x(share: float) -> float:
    return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)


def _y(value: float, top: float) -> float:
    return round(HEIGHT - BOTTOM - min(value / top, 1.0) * (HEIGHT - TOP - BOTTOM), 1)
