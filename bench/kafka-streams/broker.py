"""A broker that ends with the bench, and what is known of processes."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(process: int) -> float:
    """User and system time of a process and its threads."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_mib(process: int) -> int:
    status = Path(f"/proc/{process}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) >> 10


def steal_ticks() -> int:
    return int(Path("/proc/stat").read_text().split()[8])


def stop(process: subprocess.Popen) -> None:
    if process.poll() is None:
        process.terminate()
    process.wait(60)


def answers(port: int) -> bool:
    """Whether a broker answers there: to ApiVersions, the request that every client begins with."""
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as connection:
            connection.settimeout(2)
            connection.sendall(b"\0\0\0\012\0\022\0\0\0\0\0\1\xff\xff")
            return bool(connection.recv(1))
    except OSError:
        return False


def free_ports() -> int:
    """A port that is free, as the next one is."""
    while True:
        with socket.socket() as one, socket.socket() as next_one:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
            with contextlib.suppress(OSError):
                next_one.bind(("127.0.0.1", port + 1))
                return port


@contextlib.contextmanager
def own_broker(directory: Path):
    """(address, process) of a broker that ends with this."""
    subprocess.run([ROOT / "deploy/broker/jars.sh"], check=True, stdout=subprocess.DEVNULL)
    port = free_ports()
    command = [ROOT / "deploy/broker/serve.sh", directory, str(port), str(port + 1)]
    with (directory.with_suffix(".log")).open("w") as log:
        broker = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        for _ in range(600):
            if answers(port):
                break
            if broker.poll() is not None:
                sys.exit(f"run.py: the broker did not come up; see {log.name}")
            time.sleep(0.1)
        yield f"127.0.0.1:{port}", broker.pid
    finally:
        stop(broker)
