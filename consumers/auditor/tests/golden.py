"""Where the project keeps its golden logs and vectors."""

from pathlib import Path

GOLDEN = Path(__file__).resolve().parents[3] / "tests" / "golden"
VECTORS = GOLDEN / "vectors"
LOGS = GOLDEN / "logs"
