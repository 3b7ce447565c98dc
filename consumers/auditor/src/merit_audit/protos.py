"""The compiled form of proto/merit/v1.

Nothing generated is kept in the source tree. An installed package carries `merit.desc`, which its
build wrote (setup.py); a checkout makes the same bytes at first use from its own proto/.
"""

import subprocess
import sys
from pathlib import Path


def descriptor_set() -> bytes:
    """A serialised FileDescriptorSet."""
    built = Path(__file__).with_name("merit.desc")
    if built.exists():
        return built.read_bytes()
    return compile_protos(Path(__file__).resolve().parents[4] / "proto")


def compile_protos(root: Path) -> bytes:
    """All files of root/merit/v1, by the first compiler that is there."""
    files = sorted(str(p.relative_to(root)) for p in (root / "merit" / "v1").glob("*.proto"))
    if not files:
        raise RuntimeError(f"no .proto files in {root}/merit/v1")
    arguments = [f"-I{root}", "--include_imports", "--descriptor_set_out=/dev/stdout", *files]
    for compiler in (["protoc"], [sys.executable, "-m", "grpc_tools.protoc"]):
        try:
            return subprocess.run(compiler + arguments, check=True, stdout=subprocess.PIPE).stdout
        except (FileNotFoundError, subprocess.CalledProcessError):
            continue
    raise RuntimeError("needs protoc (Debian: protobuf-compiler) or the package grpcio-tools")
