"""A small Debian of another suite in a folder, and commands that run inside it.

Nothing of the machine's own is changed: a command sees /proc and /dev in a mount namespace of its own,
so that the folder can be removed at any time.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

# Suites whose packages can be taken beside those of a suite.
_BESIDE = {"sid": ("experimental",)}
_ENTER = (
    'mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && root=$1 && user=$2 && shift 2 && '
    'exec chroot --userspec="$user" "$root" "$@"'
)
_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"


class Unusable(Exception):
    """This machine cannot do it; the message is one sentence."""


class Suite:
    """The Debian *name* in a folder of *home*."""

    def __init__(self, home: Path, name: str) -> None:
        """Name the folder; nothing is made yet."""
        self.name, self.root = name, home.absolute() / name

    def command(self, *words: str, user: str = "root") -> list[str]:
        """Return the command that runs *words* inside, as *user*."""
        entered = ["sh", "-c", _ENTER, "enter", str(self.root), f"{user}:{user}", *words]
        return ["unshare", "--mount", "--propagation", "private", *entered]

    def run(self, *words: str, user: str = "root") -> None:
        """Run *words* inside; raises Unusable with the end of what they said."""
        _run(*self.command(*words, user=user))

    def install(self, *packages: str) -> None:
        """Install *packages*, and before them the suite; what is there already stays."""
        self._make()
        missing = [one for one in packages if not self._has(one.partition("/")[0])]
        if missing:
            self.run("apt-get", "update", "-q")
            for package in missing:
                _, _, beside = package.partition("/")
                release = ["--target-release", beside] if beside else []
                install = ("apt-get", "install", "-qy", "--no-install-recommends", *release)
                self.run(*install, package)

    def _make(self) -> None:
        done = self.root / "made"
        if done.exists():
            return
        shutil.rmtree(self.root, ignore_errors=True)
        self.root.mkdir(parents=True)
        mirror = _mirror()
        if shutil.which("debootstrap") is None:
            _run("apt-get", "install", "-qy", "debootstrap")
        _run("debootstrap", "--variant=minbase", self.name, str(self.root), mirror)
        # The machine's own way to its mirror: proxies, certificates, names.
        for settings in ("apt/apt.conf.d", "ssl/certs"):
            shutil.copytree(f"/etc/{settings}", self.root / "etc" / settings, dirs_exist_ok=True)
        for names in ("hosts", "resolv.conf"):
            shutil.copy(f"/etc/{names}", self.root / "etc" / names)
        sources = self.root / "etc/apt/sources.list.d/beside.list"
        lines = [f"deb {mirror} {suite} main\n" for suite in _BESIDE.get(self.name, ())]
        sources.write_text("".join(lines), encoding="utf-8")
        # No package starts a service of its own.
        policy = self.root / "usr/sbin/policy-rc.d"
        policy.write_text("#!/bin/sh\nexit 101\n", encoding="utf-8")
        policy.chmod(0o755)
        done.touch()

    def _has(self, package: str) -> bool:
        return (self.root / "var/lib/dpkg/info" / f"{package}.list").exists()


def refuse_unusable() -> None:
    """Raise Unusable where suites cannot be made."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise Unusable(
            "These servers are installed with apt and chroot, which needs root on a Debian: run "
            "this as root there, or set the URLs of servers of your own"
        )


def _mirror() -> str:
    """Return the mirror that this machine's own apt takes Debian from."""
    form = "$(CODENAME) $(COMPONENT) $(REPO_URI)"
    listed = _run("apt-get", "indextargets", "--format", form, "Created-By: Packages")
    for line in listed.splitlines():
        codename, component, address = line.split()
        if component == "main" and codename.isalpha():
            return address
    raise Unusable("apt knows no Debian to install from: see /etc/apt/sources.list.d")


def _run(*command: str) -> str:
    surroundings = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C", "PATH": _PATH}
    done = subprocess.run(command, capture_output=True, text=True, env=surroundings)
    if done.returncode:
        said = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        raise Unusable(f"{' '.join(command[-4:])} failed: {' / '.join(said[-4:]) or 'no word'}")
    return done.stdout
