"""Make the list of Kafka's jars anew, for a change of version: `python -m shoprelay_local.pin > kafka-jars.txt`."""

import hashlib
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from jgo.maven import Artifact, MavenContext

KAFKA = "org.apache.kafka:kafka_2.13:4.1.1"
# Kafka's POM names no SLF4J binding (only its download has one), and without one the broker logs nothing.
# Its log4j must be Kafka's; it is not resolved together with Kafka, as its POM would manage Kafka's versions.
LOGGING = "org.apache.logging.log4j:log4j-slf4j-impl:2.24.3"


def main() -> None:
    with TemporaryDirectory() as folder:
        context = MavenContext(repo_cache=Path(folder), timeout=60)
        inputs, transitive = context.resolver.resolve([context.create_dependency(KAFKA)])
        dependencies = [*inputs, *transitive, context.create_dependency(LOGGING)]
        for dependency in sorted(dependencies, key=str):
            sys.stdout.write(_line(dependency.artifact))


def _line(artifact: Artifact) -> str:
    content = artifact.resolve().read_bytes()
    name = f"{artifact.groupId}:{artifact.artifactId}:{artifact.version}"
    return f"{hashlib.sha256(content).hexdigest()} {len(content)} {name}\n"


if __name__ == "__main__":
    main()
