"""Owns whether the files that come with the product are where the settings say. Refuses to read them.

Without imports to speak of: whatever makes a file at a start asks here first.
"""

from __future__ import annotations

from pathlib import Path

from bot.errors import BadPolicy
from bot.settings import Settings


def check_files(settings: Settings, calibration: Path | None = None) -> None:
    """BadPolicy when the files that come with the product are not where the settings say, as in a working folder that
    is not Answerdesk's: it names the places and the settings."""
    places = {"policies_dir": settings.policies_dir}
    if calibration is None:
        places["calibration_file"] = settings.calibration_file.parent  # a base may have its own file there
    if settings.llm_model:
        places["prompts_dir"] = settings.prompts_dir
    prefix = Settings.model_config["env_prefix"]
    missing = [f"{prefix}{name.upper()}: there is no {path}." for name, path in places.items() if not path.exists()]
    if missing:
        where = f"Paths are looked for from the folder of the start, {Path.cwd()}"
        advice = "start in the folder of Answerdesk, or set these to where its files are."
        raise BadPolicy("\n".join([*missing, f"{where}: {advice}"]))
