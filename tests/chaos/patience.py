"""How long the storm waits. CHAOS_PATIENCE: so many times as long, where the machine is others' too."""

import os


def patient(seconds: float) -> float:
    return seconds * float(os.environ.get("CHAOS_PATIENCE") or 1)
