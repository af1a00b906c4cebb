"""Owns `python -m kb_ingest`. Refuses everything else: the commands are in `cli`."""

from kb_ingest.cli import app

if __name__ == "__main__":
    app(prog_name="python -m kb_ingest")
