"""Adds one step to the build: merit.desc, compiled from the checkout's proto/."""

import runpy
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).resolve().parent


class BuildWithProtos(build_py):
    def run(self):
        super().run()
        protos = runpy.run_path(str(HERE / "src" / "merit_audit" / "protos.py"))
        compiled = protos["compile_protos"](HERE.parents[1] / "proto")
        package = Path(self.build_lib) / "merit_audit"
        package.mkdir(parents=True, exist_ok=True)
        (package / "merit.desc").write_bytes(compiled)


setup(cmdclass={"build_py": BuildWithProtos})
