"""One frozen Settings from the environment; nothing else in `etl` reads the environment.

The Hub's own settings (HF_ENDPOINT, HF_TOKEN and the like) stay with huggingface_hub, which reads them itself.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

DEFAULT_HOME = Path("data")


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the data live and who asks the Hub."""

    home: Path
    contact: str | None = None

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ, home: Path | None = None) -> Settings:
        """Settings from CARDHOUSE_HOME (default ./data) and CARDHOUSE_CONTACT; `home` beats the environment."""
        chosen = home or Path(environ.get("CARDHOUSE_HOME") or DEFAULT_HOME)
        return cls(home=chosen.expanduser().resolve(), contact=environ.get("CARDHOUSE_CONTACT") or None)
