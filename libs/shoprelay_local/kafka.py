"""Apache Kafka as one KRaft node, broker and controller in one process."""

import uuid
from base64 import urlsafe_b64encode
from pathlib import Path

from rich.console import Console

from shoprelay_local import jars, java, processes
from shoprelay_local.errors import LocalServerError
from shoprelay_local.state import Server

PORTS = 2  # the clients' and the controller's
LOGGING = Path(__file__).with_name("log4j2.properties")
# The broker answers clients before its own registration is through; this is its last word at start.
STARTED = "Kafka Server started"


def prepare(data: Path, server: Server, progress: Console) -> tuple[list[str], dict[str, str]]:
    """Write the configuration, format the log directory if it is new; the command line and its variables."""
    program = java.find()
    variables = {"CLASSPATH": jars.class_path(progress)}  # not -cp: five kilobytes in every process list
    (data / "kafka").mkdir(parents=True, exist_ok=True)
    file = data / "kafka.properties"
    file.write_text(properties(data, *server.ports))
    if not (data / "kafka" / "meta.properties").exists():
        _format(program, variables, file)
    return [program, *_options(), "kafka.Kafka", str(file)], variables


def has_started(data: Path, _server: Server) -> bool:
    return STARTED in (data / "kafka.log").read_text(errors="replace")


def properties(data: Path, port: int, controller_port: int) -> str:
    """The broker's settings (https://kafka.apache.org/41/configuration/broker-configs/)."""
    settings = {
        "process.roles": "broker,controller",
        "node.id": 1,
        "controller.quorum.voters": f"1@127.0.0.1:{controller_port}",
        "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port}",
        "controller.listener.names": "CONTROLLER",
        "log.dirs": data / "kafka",
        # A mistyped topic is an error, as it is in production.
        "auto.create.topics.enable": "false",
        # There is one broker.
        "default.replication.factor": 1,
        "offsets.topic.replication.factor": 1,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
        # More partitions than these spread coordinators over brokers; here the usual 50 would only be
        # 100 logs to create at first use and to load at every start.
        "offsets.topic.num.partitions": 4,
        "transaction.state.log.num.partitions": 4,
        # Tests and the demo start consumers one by one and must not wait 3 s for each group.
        "group.initial.rebalance.delay.ms": 0,
        # A dead process's transaction ends 1 s after its time-out, not 10: it holds back read_committed readers.
        "transaction.abort.timed.out.transaction.cleanup.interval.ms": 1_000,
        # A disk that nobody watches: a week, at most 1 GiB a partition, dropped 64 MiB at a time.
        "log.retention.hours": 168,
        "log.retention.bytes": 2**30,
        "log.segment.bytes": 2**26,
        # The default 128 MiB is a quarter of our heap; 16 MiB compact 600,000 keys a pass.
        "log.cleaner.dedupe.buffer.size": 2**24,
        "num.network.threads": 2,
        "num.io.threads": 4,
    }
    return "".join(f"{name}={value}\n" for name, value in settings.items())


def _options() -> list[str]:
    return ["-Xmx512m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", f"-Dlog4j2.configurationFile={LOGGING}"]


def _format(program: str, variables: dict[str, str], file: Path) -> None:
    # `random-uuid` would start a second Java to say as much.
    cluster = urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    # One id in 64 begins with a dash; as a word of its own it would be taken for an option.
    command = [program, *_options(), "kafka.tools.StorageTool", "format", f"--cluster-id={cluster}", "-c", str(file)]
    done = processes.run(command, variables)
    if done.returncode:
        raise LocalServerError(
            f"Kafka could not format its log directory {file.parent / 'kafka'}:\n{done.stdout}{done.stderr}"
            "If it holds nothing you need, remove that directory and run the command again."
        )
