"""Programs of the system that tests run for real: found, or installed where that is allowed."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess

import pytest

__all__ = ["apt_install", "program"]


def apt_install(*packages: str) -> None:
    """Install Debian packages, where this is Debian and we are root; waits for others that install."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        command = ["apt-get", "-o", "DPkg::Lock::Timeout=600", *words]
        subprocess.run(command, check=False, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@functools.cache
def program(name: str, *packages: str) -> str:
    """The path of a program, its packages installed if need be. Where that can't be done the test says so and is skipped;
    as root, as CI runs, it fails."""
    if shutil.which(name) is None:
        apt_install(*packages)
    found = shutil.which(name)
    if found is None:
        words = f"{name} is missing: apt-get install {' '.join(packages)}"
        if os.geteuid() == 0:
            pytest.fail(words)
        pytest.skip(words)
    return found
