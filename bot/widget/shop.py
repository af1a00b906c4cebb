"""Owns what the invented company's demo shop shows. Refuses to sell: prices are the sample articles'."""

from __future__ import annotations

from dataclasses import dataclass

from bot.settings import NO_COMPANY


@dataclass(frozen=True, slots=True)
class Device:
    """One card of the shop; `picture` is an SVG of static/demo, `tint` a class of shop.css."""

    name: str
    line: str
    price: str
    picture: str
    tint: str


@dataclass(frozen=True, slots=True)
class Plan:
    """One subscription; `marked` is the tag it carries, empty for none."""

    name: str
    price: str
    per: str
    points: tuple[str, ...]
    marked: str = ""


COMPANY = "Fernwick"


def is_of(company: str) -> bool:
    """Whether the shop is this company's, or nobody's yet; no other desk has it."""
    return company.startswith(COMPANY) or company == NO_COMPANY


DEVICES = (
    Device("Fernwick Hub 2", "Joins up to 120 devices, speaks Zigbee and Matter.", "$89", "hub", "sage"),
    Device("Watch Cam Indoor", "Sees who is home, looks away in privacy zones.", "$59", "cam-indoor", "sand"),
    Device(
        "Watch Cam Outdoor", "Weatherproof, about four months on a charge.", "$119", "cam-outdoor", "mist"
    ),
    Device("Chime Doorbell", "Wired or with a battery, rings wherever you are.", "$149", "doorbell", "blush"),
    Device("Latch Lock", "Codes for guests, and your key always works.", "$189", "lock", "sand"),
    Device("Warm Thermostat", "Heats when you are home and rests when not.", "$139", "thermostat", "sage"),
    Device("Glow Bulb", "Warm in the evening, bright at the desk.", "$14", "bulb", "mist"),
    Device("Plug Mini", "Switches and measures what you plug in.", "$19", "plug", "blush"),
)

PLANS = (
    Plan("Basic", "$0", "for good", ("1 camera", "24 hours of video history", "Notifications on your phone")),
    Plan(
        "Plus",
        "$4.99",
        "a month",
        ("Up to 4 cameras", "30 days of video history", "Person detection"),
        "30 days free with a camera",
    ),
    Plan(
        "Complete",
        "$11.99",
        "a month",
        (
            "Any number of cameras",
            "60 days of video history",
            "Professional monitoring",
            "12 more months of warranty",
        ),
    ),
)
