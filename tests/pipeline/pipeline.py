#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Runs the commands of action.yml, ci/zonevet.gitlab-ci.yml and .pre-commit-hooks.yaml, as they stand in these files, against
a small repository with a good and a bad change.

pipeline.py github|gitlab|precommit BINARY      exit 0 if all is as expected, 1 if not, 77 if a tool is not installed
"""
import glob
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

try:
    import yaml
except ImportError:
    print("python3-yaml is not installed (scripts/install test)")
    sys.exit(77)

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(os.path.dirname(HERE))
ZONE = """$ORIGIN example.test.
$TTL 3600
@       SOA  ns1.example.net. hostmaster 2026010101 7200 3600 1209600 3600
@       NS   ns1.example.net.
@       NS   ns2.example.net.
@       MX   0 .
@       TXT  "v=spf1 -all"
@       CAA  0 issue ";"
_dmarc  TXT  "v=DMARC1; p=reject; rua=mailto:d@example.test"
old     CNAME old
www     A    1.1.1.1
"""
KNOWN = "dangling.chain-loop"  # 'old' is wrong from the beginning: it is nobody's new finding
GOOD = ZONE.replace("2026010101", "2026010102") + "new A 1.1.1.2\n"
BAD = ZONE.replace("2026010101", "2026010102") + "www CNAME new\nnew A 1.1.1.2\n"
BAD_CHECK, BAD_FILE, BAD_LINES = "zone.cname-and-other", "zones/example.test.zone", (11, 12)


class Fixture:
    """An origin with main, good and bad; shallow clones of it, as pipelines have them."""

    def __init__(self, binary, root):
        self.root, self.failed = root, 0
        self.bin = f"{root}/bin"
        os.makedirs(self.bin)
        os.symlink(os.path.abspath(binary), f"{self.bin}/zonevet")
        self.env = {"PATH": f"{self.bin}:/usr/bin:/bin:/usr/sbin:/sbin", "HOME": root, "LC_ALL": "C.UTF-8",
                    **{k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")}}
        self.work = f"{root}/origin"
        os.makedirs(f"{self.work}/zones")
        self.git(self.work, "init", "-q", "-b", "main")
        self.commit("main", {"zones/example.test.zone": ZONE, "README.md": "Zones\n"})
        self.main = self.head()
        for branch, text in (("good", GOOD), ("bad", BAD)):
            self.git(self.work, "checkout", "-q", "-b", branch, "main")
            self.commit(branch, {"zones/example.test.zone": text})
        self.git(self.work, "checkout", "-q", "-b", "more", "main")
        self.commit("more", {"more/example.org.zone": ZONE.replace("example.test", "example.org")
                             .replace("old     CNAME old\n", "")})

    def git(self, where, *arguments):
        return subprocess.run(["git", "-c", "user.name=Keeper", "-c", "user.email=keeper@example.org", *arguments],
                              cwd=where, check=True, capture_output=True, text=True, env=self.env).stdout.strip()

    def head(self):
        return self.git(self.work, "rev-parse", "HEAD")

    def commit(self, message, files):
        for name, text in files.items():
            os.makedirs(os.path.dirname(f"{self.work}/{name}") or ".", exist_ok=True)
            with open(f"{self.work}/{name}", "w", encoding="utf-8") as file:
                file.write(text)
        self.git(self.work, "add", "-A")
        self.git(self.work, "commit", "-q", "-m", message)

    def clone(self, branch):
        """As a runner has it: one commit deep."""
        path = tempfile.mkdtemp(prefix=f"{branch}-", dir=self.root)
        self.git(self.root, "clone", "-q", "--depth=1", "--branch", branch, f"file://{self.work}", path)
        return path

    def run(self, script, where, env, shell):
        done = subprocess.run([*shell, script], cwd=where, env={**self.env, **env}, capture_output=True, text=True,
                              check=False, stdin=subprocess.DEVNULL)
        return done.returncode, done.stdout, done.stderr

    def expect(self, what, got, wanted, about=""):
        if got != wanted:
            self.failed += 1
            print(f"FAILED: {what}: {got!r}, expected {wanted!r}\n{about[-1500:]}")


def read_yaml(name):
    with open(f"{SOURCE}/{name}", encoding="utf-8") as file:
        return yaml.safe_load(file)


# ---- GitHub ----

BASH = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c"]  # how the runner starts 'shell: bash'


class Action:
    def __init__(self, fixture):
        self.fixture, self.action = fixture, read_yaml("action.yml")
        self.steps = {s["id"]: s for s in self.action["runs"]["steps"] if "id" in s}
        self.count = 0

    def value(self, expression, context):
        """'${{ a || b }}' over plain names: what the runner would put in."""
        found = re.fullmatch(r"\$\{\{ (.+?) \}\}", expression)
        words = [context.get(w.strip(), "") for w in found[1].split("||")] if found else [expression]
        return next((w for w in words if w), "")

    def step(self, name, where, context, env=None):
        """Run a step. @return exit code, outputs, standard output, standard error, summary"""
        self.count += 1
        files = {v: f"{self.fixture.root}/{v}.{self.count}" for v in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for path in files.values():
            open(path, "w", encoding="utf-8").close()
        step = self.steps[name]
        own = {k: self.value(v, context) for k, v in step.get("env", {}).items()}
        code, out, err = self.fixture.run(step["run"], where, {"GITHUB_ACTIONS": "true", "GITHUB_ACTION_PATH": SOURCE,
                                                               **files, **own, **(env or {})}, BASH)
        texts = [open(f, encoding="utf-8").read() for f in files.values()]
        outputs = dict(line.split("=", 1) for line in texts[0].splitlines())
        return code, outputs, out, err, texts[1]

    def gate(self, branch, inputs=None, event=None):
        where = self.fixture.clone(branch)
        context = {f"inputs.{k}": str(v["default"]) for k, v in self.action["inputs"].items()}
        context |= {f"inputs.{k}": v for k, v in (inputs or {}).items()} | (event or {})
        context["steps.look.outputs.program"] = f"{self.fixture.bin}/zonevet"
        return (where, *self.step("gate", where, context))


def sarif_results(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)["runs"][0]["results"]


def github(fx):
    action = Action(fx)
    pull = {"github.event.pull_request.base.sha": fx.main}
    zones = {"paths": "zones", "format": "junit=zonevet.xml"}

    where, code, outputs, out, err, summary = action.gate("good", zones, pull)
    fx.expect("good change: exit", code, 0, out + err)
    fx.expect("good change: outputs", outputs, {"exit-code": "0", "sarif": "zonevet.sarif"})
    fx.expect("good change: no annotation", re.findall(r"(?m)^::", out), [], out)
    fx.expect("good change: SARIF", sarif_results(f"{where}/zonevet.sarif"), [])
    fx.expect("good change: summary", summary.startswith("<!-- zonevet"), True, summary)
    fx.expect("good change: another report", os.path.exists(f"{where}/zonevet.xml"), True)

    where, code, outputs, out, err, summary = action.gate("bad", zones, pull)
    fx.expect("bad change: exit", code, 1, out + err)
    fx.expect("bad change: outputs", outputs, {"exit-code": "1", "sarif": "zonevet.sarif"})
    errors = re.findall(r"(?m)^::error file=([^,]+),line=(\d+).*title=([^:,]+)", out)
    fx.expect("bad change: one annotation", [(f, int(n) in BAD_LINES, t) for f, n, t in errors],
              [(BAD_FILE, True, BAD_CHECK)], out)
    fx.expect("bad change: SARIF", [r["ruleId"] for r in sarif_results(f"{where}/zonevet.sarif")], [BAD_CHECK])
    fx.expect("bad change: summary", BAD_CHECK in summary, True, summary)

    _, code, _, out, err, _ = action.gate("bad", zones | {"fail-on": "never"}, pull)
    fx.expect("bad change, --fail-on never", code, 0, out + err)
    _, code, _, out, err, _ = action.gate("bad", {}, pull)
    fx.expect("bad change, the whole repository", code, 1, out + err)
    _, code, _, out, err, _ = action.gate("good", zones | {"base": "main"}, {})
    fx.expect("a base that is no revision here", code, 2, out + err)

    _, code, _, out, err, _ = action.gate("good", zones, {"github.event.before": "0" * 40})
    fx.expect("a new branch: all zones count, and one is wrong", (code, KNOWN in out), (1, True), out + err)
    _, code, _, out, err, _ = action.gate("more", {"paths": "more"}, pull)
    fx.expect("a new folder", code, 0, out + err)
    _, code, _, out, err, _ = action.gate("more", {"paths": "zones more", "base": "none"}, pull)
    fx.expect("two folders without a base", code, 1, out + err)
    _, code, _, out, err, _ = action.gate("more", {"paths": "zones more"}, pull)
    fx.expect("two folders with a base", (code, "'paths' is one folder" in err), (2, True), out + err)
    _, code, _, out, err, _ = action.gate("good", zones | {"baseline": "no.json"}, pull)
    fx.expect("a baseline that is not there", code, 2, out + err)
    _, code, _, out, err, _ = action.gate("good", {"paths": "$(touch run) ; * zones", "base": "none"}, pull)
    fx.expect("inputs are not run", (code, glob.glob(f"{fx.root}/*/run")), (2, []), out + err)
    github_build(fx, action)


def github_build(fx, action):
    """The steps that come before, with programs that only tell what they were asked."""
    code, outputs, out, err, _ = action.step("look", fx.work, {})
    fx.expect("zonevet is there", (code, outputs), (0, {"program": f"{fx.bin}/zonevet"}), out + err)
    plain = {"PATH": "/usr/bin:/bin"}
    if shutil.which("zonevet", path=plain["PATH"]) is None:
        code, outputs, out, err, _ = action.step("look", fx.work, {}, plain)
        fx.expect("zonevet is not there", (code, sorted(outputs)), (0, ["folder", "key"]), out + err)
        again = action.step("look", fx.work, {}, plain)[1]
        fx.expect("the key of the cache", outputs, again)
    copy = f"{fx.root}/action"
    os.makedirs(f"{copy}/scripts")
    for path, text in ((f"{copy}/scripts/install", 'echo install "$@" >>log'),
                       (f"{fx.bin}/cmake", 'echo cmake "$@" >>log; mkdir -p build/release; '
                                           'printf "#!/bin/sh\\n" >build/release/zonevet; chmod +x build/release/zonevet')):
        with open(path, "w", encoding="ascii") as file:
            file.write(f"#!/bin/sh\n{text}\n")
        os.chmod(path, 0o755)
    context = {"steps.look.outputs.folder": f"{fx.root}/keep"}
    asked = ["install build", "cmake --preset release", "cmake --build --preset release --target zonevet"]
    for what, wanted in (("builds", asked), ("takes what was built", [*asked, "install build"])):
        code, outputs, out, err, _ = action.step("build", fx.work, context, {"GITHUB_ACTION_PATH": copy})
        with open(f"{copy}/log", encoding="ascii") as log:
            fx.expect(what, (code, outputs, log.read().splitlines()),
                      (0, {"program": f"{fx.root}/keep/zonevet"}, wanted), out + err)
    with open(f"{SOURCE}/CMakePresets.json", encoding="utf-8") as file:
        fx.expect("the preset", "release" in [p["name"] for p in json.load(file)["buildPresets"]], True)
    for step in action.action["runs"]["steps"]:
        fx.expect(f"{step['name']}: inputs come by the environment", "${{" in step.get("run", ""), False)


# ---- GitLab ----


def gitlab(fx):
    template = read_yaml("ci/zonevet.gitlab-ci.yml")
    job = template[".zonevet"]
    fx.expect("the job", template["zonevet"]["extends"], ".zonevet")
    reports = job["artifacts"]["reports"]
    fx.expect("reports are kept whatever comes", job["artifacts"]["when"], "always")

    def pipeline(branch, **variables):
        where = fx.clone(branch)
        env = {k: str(v) for k, v in job["variables"].items()} | {"CI": "true", "GITLAB_CI": "true"} | variables
        script = "\n".join(["set -eo pipefail", *job["before_script"], *job["script"]])
        code, out, err = fx.run(script, where, env, ["bash", "-c"])
        cases, entries = None, None
        if os.path.exists(f"{where}/{reports['junit']}"):
            cases = [c.get("name") for c in ElementTree.parse(f"{where}/{reports['junit']}").iter("testcase")
                     if c.find("failure") is not None]
            with open(f"{where}/{reports['codequality']}", encoding="utf-8") as file:
                entries = [(e["check_name"], e["location"]["path"], e["location"]["lines"]["begin"] in BAD_LINES)
                           for e in json.load(file)]
        return code, cases, entries, out + err

    merge = {"ZONEVET_PATHS": "zones", "CI_MERGE_REQUEST_DIFF_BASE_SHA": fx.main}
    code, cases, entries, said = pipeline("good", **merge)
    fx.expect("good change", (code, entries), (0, []), said)
    code, cases, entries, said = pipeline("bad", **merge)
    fx.expect("bad change: Code Quality", (code, entries), (1, [(BAD_CHECK, BAD_FILE, True)]), said)
    fx.expect("bad change: JUnit", any(BAD_CHECK in name for name in cases), True, str(cases))
    code, _, entries, said = pipeline("bad", **merge, ZONEVET_OPTIONS="--skip zone.cname-* --exit-zero")
    fx.expect("options", (code, entries), (0, []), said)
    code, _, entries, said = pipeline("good", ZONEVET_PATHS="zones", CI_COMMIT_BEFORE_SHA="0" * 40)
    fx.expect("a new branch", (code, [e[0] for e in entries]), (1, [KNOWN]), said)
    code, _, entries, said = pipeline("good", CI_COMMIT_BEFORE_SHA=fx.main)
    fx.expect("a push, the whole repository", (code, entries), (0, []), said)
    code, _, entries, said = pipeline("more", **merge | {"ZONEVET_PATHS": "more"})
    fx.expect("a new folder", (code, entries), (0, []), said)
    code, _, _, said = pipeline("good", **merge | {"CI_MERGE_REQUEST_DIFF_BASE_SHA": "1" * 40})
    fx.expect("a base that is nowhere", (code, "shallow" in said or "no such revision" in said), (2, True), said)
    os.unlink(f"{fx.bin}/zonevet")
    if shutil.which("zonevet", path=fx.env["PATH"]) is None:
        code, _, _, said = pipeline("good", **merge)
        fx.expect("nowhere to get zonevet from", (code, "ZONEVET_SOURCE" in said), (2, True), said)


# ---- pre-commit ----


def precommit(fx):
    hooks = {h["id"]: h for h in read_yaml(".pre-commit-hooks.yaml")}
    changed = re.compile(hooks["zonevet"]["files"])
    for name, is_zone in (("zones/example.test.zone", True), ("example.db", True), ("zones/db.example", True),
                          ("README.md", False), ("zones/adb.example", False), ("zone", False)):
        fx.expect(f"files: {name}", bool(changed.search(name)), is_zone)

    def hook(identity, text, names):
        where = fx.clone("main")
        with open(f"{where}/zones/example.test.zone", "w", encoding="utf-8") as file:
            file.write(text)
        fx.git(where, "add", "-A")
        words = [*shlex.split(hooks[identity]["entry"]), *hooks[identity].get("args", []), *names]
        done = subprocess.run(words, cwd=where, env=fx.env, capture_output=True, text=True, check=False)
        return done.returncode, re.findall(r"(?m)^(\S+?):(\d+):\d+: \w+: .*\[(.+)\]$", done.stdout), done.stdout + done.stderr

    names = ["zones/example.test.zone"]
    clean = ZONE.replace("old     CNAME old\n", "")
    code, lines, said = hook("zonevet", clean, names)
    fx.expect("clean zone", (code, lines), (0, []), said)
    code, lines, said = hook("zonevet", BAD, names)
    fx.expect("bad zone", (code, sorted(i for _, _, i in lines)), (1, [KNOWN, BAD_CHECK]), said)
    fx.expect("pass_filenames", hooks["zonevet-diff"]["pass_filenames"], False)
    code, lines, said = hook("zonevet-diff", GOOD, [])
    fx.expect("good change", (code, lines), (0, []), said)
    code, lines, said = hook("zonevet-diff", BAD, [])
    fx.expect("bad change", (code, [(f, int(n) in BAD_LINES, i) for f, n, i in lines]),
              (1, [(BAD_FILE, True, BAD_CHECK)]), said)


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in ("github", "gitlab", "precommit"):
        sys.exit(__doc__)
    for tool in ("git", "bash"):
        if shutil.which(tool) is None:
            print(f"{tool} is not installed (scripts/install test)")
            sys.exit(77)
    root = tempfile.mkdtemp(prefix="zonevet-pipeline-")
    try:
        fixture = Fixture(sys.argv[2], root)
        {"github": github, "gitlab": gitlab, "precommit": precommit}[sys.argv[1]](fixture)
    finally:
        shutil.rmtree(root)
    print(f"{sys.argv[1]}: {'as expected' if not fixture.failed else f'{fixture.failed} failed'}")
    sys.exit(1 if fixture.failed else 0)


if __name__ == "__main__":
    main()
