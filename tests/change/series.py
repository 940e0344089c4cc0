#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""A git repository of zones and a series of commits, each with a known effect on `zonevet diff git:HEAD~1:zones git:HEAD:zones`.

series.py [-v] [--only WORDS] [--keep] BINARY

zones/ and unsigned/ are the first commit; steps.toml has the rest, and says how a step is written. Every finding counts, of
any severity, as "CHECK SUBJECT". --only compares the steps whose title has WORDS (all are committed). -v prints what every
step found. --keep leaves the repository behind. Exit 0 if all is as expected, 1 if not, 77 if a tool is not installed.
"""
import argparse
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib

HERE = os.path.dirname(os.path.abspath(__file__))
NOW = "2026-03-01T00:00:00Z"
SIGNED_FROM, SIGNED_TO = "20260215000000", "20260415000000"
SIGNED = "vault.harbour.test"
PUBLIC = ["192.0.2.0/24", "198.51.100.0/24", "2001:db8::/32"]  # documentation addresses stand for public ones
SERIAL = re.compile(r"\b20\d{8}\b")
STEP_KEYS = {"title", "edits", "serial", "revert", "new", "fixed", "exit", "options", "stderr"}


class WrongStep(Exception):
    """steps.toml says something that cannot be done."""


class Repository:
    """The zones as files, one commit a step, and the keys of the signed zone."""

    def __init__(self, root):
        self.root, self.serials, self.keys = root, {}, {}
        self.publish, self.sign, self.period = ["ksk1", "zsk1"], ["ksk1", "zsk1"], (SIGNED_FROM, SIGNED_TO)
        self.denial = "nsec"
        self.history = []
        for part in ("zones", "unsigned"):
            shutil.copytree(f"{HERE}/{part}", f"{root}/{part}")
        os.makedirs(f"{root}/.keys")
        self.git("init", "-q", "-b", "main")
        self.write(".gitignore", ".keys\n")
        self.write("zones/inc/vault.ds", self.ds_lines(["ksk1"]))
        self.sign_zone()
        self.commit("the first state")
        for path in self.zone_files():
            self.serials[path] = self.serial_of(path)

    def path(self, name):
        return os.path.join(self.root, name)

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def write(self, name, text):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def git(self, *arguments):
        subprocess.run(["git", "-c", "user.name=Keeper", "-c", "user.email=keeper@example.org", "-c",
                        "commit.gpgsign=false", "-c", "core.autocrlf=false", *arguments], cwd=self.root, check=True,
                       stdout=subprocess.DEVNULL)

    def commit(self, title):
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", title)
        self.history.append((self.texts(), self.signing()))

    def signing(self):
        return self.publish, self.sign, self.period, self.denial

    def texts(self):
        files = glob.glob(f"{self.root}/zones/**", recursive=True) + glob.glob(f"{self.root}/unsigned/*")
        return {os.path.relpath(f, self.root): self.read(f) for f in files if os.path.isfile(f)}

    # Serials: of every zone file whose text, or the text of what it includes, has changed.

    def zone_files(self):
        names = [f for f in self.texts() if f.endswith(".zone") or os.path.basename(f).startswith("db.")]
        return [f for f in names if f != f"zones/{SIGNED}.zone"]

    def serial_of(self, path):
        found = SERIAL.search(self.read(path))
        return int(found[0]) if found else None

    @staticmethod
    def whole(path, texts):
        text = texts.get(path, "")
        for name in re.findall(r"(?m)^\$INCLUDE\s+(\S+)", text):
            text += texts.get(f"zones/{name}", "")
        return text

    def set_serials(self, before, how):
        after = self.texts()
        for path in self.zone_files():
            if self.whole(path, before) == self.whole(path, after) or self.serial_of(path) is None:
                continue
            highest = self.serials.get(path, self.serial_of(path))
            serial = {"raise": highest + 1, "keep": highest, "back": highest - 1}[how]
            self.write(path, SERIAL.sub(str(serial), self.read(path), count=1))
            self.serials[path] = serial

    # The signed zone.

    def key(self, name):
        """The base path of a key's files; made when first asked for."""
        if name not in self.keys:
            flag = ["-f", "KSK"] if name.startswith("ksk") else []
            made = subprocess.run(["dnssec-keygen", "-q", "-a", "ECDSAP256SHA256", *flag, SIGNED], check=True,
                                  cwd=self.path(".keys"), capture_output=True, text=True)
            self.keys[name] = self.path(f".keys/{made.stdout.strip()}")
        return self.keys[name]

    def ds_lines(self, names):
        lines = ""
        for name in names:
            made = subprocess.run(["dnssec-dsfromkey", "-2", f"{self.key(name)}.key"], check=True, capture_output=True,
                                  text=True)
            lines += made.stdout.replace(" IN DS", " 3600 IN DS")
        return lines

    def sign_zone(self):
        if not self.sign:
            self.write(f"zones/{SIGNED}.zone", self.read(f"unsigned/{SIGNED}.zone"))
            return
        text = self.read(f"unsigned/{SIGNED}.zone")
        for name in self.publish:
            text += "".join(line for line in self.read(f"{self.key(name)}.key").splitlines(True)
                            if not line.startswith(";"))
        self.write(f".keys/{SIGNED}.plain", text)
        ksks = [o for name in self.sign if name.startswith("ksk") for o in ("-k", self.key(name))]
        zsks = [self.key(name) for name in self.sign if not name.startswith("ksk")]
        subprocess.run(["dnssec-signzone", "-q", "-P", "-N", "keep", "-s", self.period[0], "-e", self.period[1], "-o", SIGNED,
                        *(["-3", "-"] if self.denial == "nsec3" else []), "-f", self.path(f"zones/{SIGNED}.zone"), *ksks, self.path(f".keys/{SIGNED}.plain"), *zsks],
                       check=True, cwd=self.path(".keys"), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    # Steps.

    def raise_plain(self):
        """The serial of the signed zone stands in its plain file, and counts whatever changes there."""
        name = f"unsigned/{SIGNED}.zone"
        self.serials[name] = self.serials[name] + 1
        self.write(name, SERIAL.sub(str(self.serials[name]), self.read(name), count=1))

    def step(self, step):
        before = self.texts()
        known = self.signing()
        if step.get("revert"):
            self.revert()
        for edit in step.get("edits", []):
            self.edit(edit)
        self.set_serials(before, step.get("serial", "raise"))
        plain = f"unsigned/{SIGNED}.zone"
        if self.signing() != known and self.read(plain) == before[plain] and step.get("serial", "raise") == "raise":
            self.raise_plain()
        if self.signing() != known or self.read(plain) != before[plain]:
            self.sign_zone()
        self.commit(step["title"])

    def revert(self):
        """All as it was before the last step; serials go on."""
        texts, (self.publish, self.sign, self.period, self.denial) = self.history[-2]
        for name in self.texts():
            if name not in texts:
                os.unlink(self.path(name))
        for name, text in texts.items():
            self.write(name, text)

    def edit(self, edit):
        kinds = [k for k in edit if hasattr(self, f"edit_{k}")]
        if len(kinds) != 1:
            raise WrongStep(f"{edit}: expected one of replace, remove, add, create, rename, delete, publish, ds, period, denial")
        getattr(self, f"edit_{kinds[0]}")(edit)

    def once(self, edit, text):
        whole = self.read(edit["in"])
        if whole.count(text) != 1:
            raise WrongStep(f"{edit}: {edit['in']} has the text {whole.count(text)} times, expected once")
        return whole

    def edit_replace(self, edit):
        self.write(edit["in"], self.once(edit, edit["replace"]).replace(edit["replace"], edit["by"]))

    def edit_remove(self, edit):
        lines = self.read(edit["in"]).splitlines(True)
        kept = [line for line in lines if not re.match(edit["remove"], line)]
        if len(kept) == len(lines):
            raise WrongStep(f"{edit}: no line of {edit['in']} begins so")
        self.write(edit["in"], "".join(kept))

    def edit_add(self, edit):
        self.write(edit["in"], self.read(edit["in"]) + edit["add"] + "\n")

    def edit_create(self, edit):
        self.write(edit["create"], edit["text"])

    def edit_rename(self, edit):
        os.makedirs(os.path.dirname(self.path(edit["to"])), exist_ok=True)
        os.rename(self.path(edit["rename"]), self.path(edit["to"]))
        if edit["rename"] in self.serials:
            self.serials[edit["to"]] = self.serials[edit["rename"]]

    def edit_delete(self, edit):
        os.unlink(self.path(edit["delete"]))

    def edit_publish(self, edit):
        self.publish, self.sign = edit["publish"], edit["sign"]

    def edit_ds(self, edit):
        self.write("zones/inc/vault.ds", self.ds_lines(edit["ds"]))

    def edit_denial(self, edit):
        self.denial = edit["denial"]

    def edit_period(self, edit):
        self.period = tuple(edit["period"])


def judge(binary, root, options):
    """(exit code, new, fixed, standard error) of the last commit."""
    public = [word for block in PUBLIC for word in ("--treat-as-public", block)]
    command = [binary, "diff", "git:HEAD~1:zones", "git:HEAD:zones", "--no-config", "--now", NOW, *public, *options,
               "-o", "json=.git/diff.json", "-q"]
    report = f"{root}/.git/diff.json"
    if os.path.exists(report):
        os.unlink(report)
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    states = {"new": [], "fixed": []}
    if os.path.exists(report):
        with open(report, encoding="utf-8") as file:
            run = json.load(file)
        for target in run["targets"]:
            states["fixed"] += [f"{finding['check']} {finding['subject']}" for finding in target.get("fixed", [])]
            for result in target["results"]:
                if result["outcome"] in ("fail", "info") and result["state"] == "new":
                    states["new"].append(f"{result['check']} {result['subject']}")
                if result["outcome"] == "undetermined" and result["undetermined_reason"] == "internal":
                    states["new"].append(f"internal {result['check']} {result['subject']}")
    return done.returncode, sorted(states["new"]), sorted(states["fixed"]), done.stderr


def differences(step, found):
    """What is not as the step says, as lines."""
    code, new, fixed, stderr = found
    lines = []
    for what, got in (("new", new), ("fixed", fixed)):
        wanted = sorted(step.get(what, []))
        lines += [f"{what}, missing:  {w}" for w in wanted if w not in got]
        lines += [f"{what}, too much: {g}" for g in got if g not in wanted]
        if not lines and wanted != got:
            lines.append(f"{what}: {got}, expected {wanted}")
    if code != step.get("exit", 0):
        lines.append(f"exit {code}, expected {step.get('exit', 0)}: {stderr.strip()[-400:]}")
    if step.get("stderr", "") not in stderr:
        lines.append(f"no '{step['stderr']}' on standard error: {stderr.strip()[-400:]}")
    return lines


def read_steps():
    with open(f"{HERE}/steps.toml", "rb") as file:
        steps = tomllib.load(file)["step"]
    for step in steps:
        if set(step) - STEP_KEYS or "title" not in step:
            raise WrongStep(f"{step.get('title')}: unknown {set(step) - STEP_KEYS}")
    return steps


def series(binary, root, only, verbose):
    repository = Repository(root)
    zones = len(glob.glob(f"{root}/zones/*.zone"))
    steps, wrong, clean = read_steps(), 0, 0
    for number, step in enumerate(steps, 1):
        repository.step(step)
        if only not in step["title"]:
            continue
        found = judge(binary, root, step.get("options", []))
        lines = differences(step, found)
        clean += not step.get("new") and not step.get("fixed")
        wrong += bool(lines)
        if lines:
            print(f"{number} {step['title']}", *lines, sep="\n    ")
        elif verbose:
            print(f"{number} {step['title']}", *found[1], *(f"fixed: {f}" for f in found[2]), sep="\n    ")
    print(f"{zones} zones, {len(steps)} commits ({clean} without any effect): {wrong} are not as expected")
    if not only and (zones < 10 or len(steps) < 40):
        print("at least 10 zones and 40 commits are wanted")
        return 1
    return 1 if wrong else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("-v", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--keep", action="store_true")
    a = parser.parse_args()
    for tool in ("git", "dnssec-signzone", "dnssec-keygen", "dnssec-dsfromkey"):
        if shutil.which(tool) is None:
            print(f"{tool} is not installed (scripts/install test)")
            sys.exit(77)
    for name in [n for n in os.environ if n.startswith(("ZONEVET_", "GIT_", "GITHUB_", "GITLAB_"))]:
        del os.environ[name]
    root = tempfile.mkdtemp(prefix="zonevet-series-")
    os.environ["HOME"] = root
    try:
        code = series(os.path.abspath(a.binary), root, a.only, a.v)
    except (WrongStep, subprocess.CalledProcessError) as error:
        print(f"series: {error} {getattr(error, 'stderr', '') or ''}")
        code = 1
    finally:
        if a.keep:
            print(f"kept: {root}")
        else:
            shutil.rmtree(root)
    sys.exit(code)


if __name__ == "__main__":
    main()
