# SPDX-License-Identifier: BSD-2-Clause
"""Zone files beside the tools that check them: unsigned and signed, growth, two threads, and a zone of ten records."""
import glob
import hashlib
import math
import os
import shutil
import subprocess
import sys
import time

from measure import Cost, median, table

HERE = os.path.dirname(os.path.abspath(__file__))
CACHE = os.path.join(os.path.dirname(HERE), "build", "bench")
ORIGIN = "big.test."
PACKAGES = {"kzonecheck": "knot-dnssecutils", "named-checkzone": "bind9-utils", "dnssec-signzone": "bind9-utils",
            "dnssec-keygen": "bind9-utils", "dnssec-verify": "bind9-utils", "ldns-verify-zone": "ldnsutils",
            "validns": "validns"}
FRESH_S = 20 * 86400  # zones are signed for 30 days

# Records before signing: about 0.35, 1.1 and 3.5 million with NSEC and signatures.
SIZES = {"A": 128400, "B": 411000, "C": 1284000}
QUICK = {"A": 12840, "B": 41100, "C": 128400}


# ---- zones: made once, kept in build/bench ----------------------------------------------------------------

def generator():
    with open(f"{HERE}/zonegen", "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()[:8]


def unsigned(records, *more):
    os.makedirs(CACHE, exist_ok=True)
    path = f"{CACHE}/{generator()}-{records}{''.join(more)}.zone"
    if not os.path.exists(path):
        with open(path + ".new", "w", encoding="ascii") as out:
            subprocess.run([f"{HERE}/zonegen", *more, str(records)], check=True, stdout=out)
        os.rename(path + ".new", path)
    return path


def keys():
    """A KSK and a ZSK, ECDSA P-256."""
    directory = f"{CACHE}/keys"
    if not glob.glob(f"{directory}/*.private"):
        os.makedirs(directory, exist_ok=True)
        for role in (["-f", "KSK"], []):
            subprocess.run(["dnssec-keygen", "-q", "-K", directory, "-a", "ECDSAP256SHA256", *role, ORIGIN], check=True,
                           stdout=subprocess.DEVNULL)
    return directory


def signed(records, nsec3=False):
    plain = unsigned(records)
    path = plain[:-len(".zone")] + (".nsec3.signed.zone" if nsec3 else ".signed.zone")
    if not os.path.exists(path) or time.time() - os.path.getmtime(path) > FRESH_S:
        how = ["-3", "-", "-H", "0"] if nsec3 else []
        print(f"signing {records} records ...", file=sys.stderr)
        subprocess.run(["dnssec-signzone", "-S", "-K", keys(), "-P", "-x", "-O", "full", *how, "-o", ORIGIN, "-f",
                        path + ".new", plain], check=True, cwd=CACHE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.rename(path + ".new", path)
    return path


def count(path):
    """(records, signatures) of a zone file with one record a line."""
    records = signatures = 0
    with open(path, "rb") as f:
        for line in f:
            if line[0] not in b";$\n":
                records += 1
                signatures += b"RRSIG\t" in line or b" RRSIG " in line and b"NSEC" not in line
    return records, signatures


def trusted_keys(work):
    path = f"{work}/trusted.keys"
    with open(path, "wb") as out:
        for name in glob.glob(f"{keys()}/*.key"):
            with open(name, "rb") as f:
                out.write(f.read())
    return path


# ---- pairs ------------------------------------------------------------------------------------------------

def zonevet(options, path, jobs=1):
    return [options.zonevet, "zone", "-j", str(jobs), "--origin", ORIGIN, path]


def have(tool):
    if shutil.which(tool):
        return True
    print(f"{tool} is missing (Debian package {PACKAGES[tool]})", file=sys.stderr)
    return False


class Pairs:
    """One tool beside zonevet, in turn."""

    def __init__(self, label, tool, own, rounds):
        self.label, self.own, self.theirs = label, [], []
        for _ in range(rounds):
            self.theirs.append(Cost().run(tool, good=(0,), counted=False))
            self.own.append(Cost().run(own, counted=False))

    def row(self, records):
        cpu = [theirs.cpu / own.cpu for own, theirs in zip(self.own, self.theirs)]
        wall = [theirs.wall / own.wall for own, theirs in zip(self.own, self.theirs)]
        peak = max(c.peak_kb for c in self.own) / max(c.peak_kb for c in self.theirs)
        return [self.label, records, len(cpu), f"{median([c.cpu for c in self.theirs]):.2f}",
                f"{median([c.cpu for c in self.own]):.2f}", f"{1 / median(cpu):.2f}",
                f"{median(cpu):.1f} ({min(cpu):.1f}-{max(cpu):.1f})", f"{median(wall):.1f}",
                f"{max(c.peak_kb for c in self.theirs) / 1024:.0f}", f"{max(c.peak_kb for c in self.own) / 1024:.0f}",
                f"{peak:.2f}"]


HEAD = ["beside", "records", "pairs", "its CPU s", "own CPU s", "CPU own/its", "CPU its/own", "wall its/own", "its MiB",
        "own MiB", "MiB own/its"]


def part_unsigned(options):
    records = 100000 if options.quick else 1000000
    path, without_caa = unsigned(records), unsigned(records, "--no-caa")
    rows = []
    for tool, command, own in (("kzonecheck", ["kzonecheck", "-o", ORIGIN, path], path),
                               ("named-checkzone -i local", ["named-checkzone", "-i", "local", ORIGIN, path], path),
                               ("validns", ["validns", "-z", ORIGIN, without_caa], without_caa)):
        if have(command[0]):
            rows.append(Pairs(tool, command, zonevet(options, own), options.pairs).row(records))
    table("Unsigned zone, every offline check", HEAD, rows)


def verifiers(options, path):
    return (("dnssec-verify", ["dnssec-verify", "-q", "-o", ORIGIN, path]),
            ("ldns-verify-zone -k", ["ldns-verify-zone", "-k", trusted_keys(options.work), path]),
            ("kzonecheck -d on", ["kzonecheck", "-d", "on", "-o", ORIGIN, path]))  # a thread a processor


def part_signed(options, sizes):
    rows = []
    for label, nsec3, rounds in (("A", False, options.pairs), ("A", True, 1), ("B", False, options.long_pairs)):
        path = signed(sizes[label], nsec3)
        records, signatures = count(path)
        name = f"{records} ({signatures} RRSIG{', NSEC3' if nsec3 else ''})"
        for tool, command in verifiers(options, path):
            if have(command[0]):
                jobs = 2 if tool == "kzonecheck -d on" else 1
                rows.append(Pairs(tool, command, zonevet(options, path, jobs), rounds).row(name))
    table("Signed zones (ECDSA P-256): every signature, the whole chain", HEAD, rows)


# ---- growth, threads, small zones -------------------------------------------------------------------------

def part_growth(options, sizes):
    rows = []
    for kind, make in (("unsigned", lambda n: unsigned(n * 11 // 4)), ("signed", signed)):
        points = []
        for label in sizes:
            path = make(sizes[label])
            costs = [Cost().run(zonevet(options, path), counted=False) for _ in range(options.pairs)]
            points.append((count(path)[0], median([c.cpu for c in costs])))
            growth = "" if label == "A" else f"{exponent(points[0], points[-1]):.3f}"
            rows.append([kind, points[-1][0], len(costs), f"{points[-1][1]:.2f}",
                         f"{points[-1][1] / points[-1][0] * 1e6:.2f}", growth,
                         f"{max(c.peak_kb for c in costs) / 1024:.0f}"])
    table("Growth", ["zone", "records", "runs", "CPU s", "us/record", "exponent", "peak MiB"], rows)


def exponent(first, last):
    return math.log(last[1] / first[1]) / math.log(last[0] / first[0])


def part_threads(options, sizes):
    path = signed(sizes["B"])
    one, two, rows = [], [], []
    for _ in range(options.pairs):
        one.append(Cost().run(zonevet(options, path, 1), counted=False))
        two.append(Cost().run(zonevet(options, path, 2), counted=False))
    for jobs, costs in ((1, one), (2, two)):
        rows.append([jobs, len(costs), f"{median([c.wall for c in costs]):.2f}", f"{median([c.cpu for c in costs]):.2f}",
                     f"{max(c.peak_kb for c in costs) / 1024:.0f}"])
    table(f"Threads, signed zone B; wall 1/2: {median([a.wall / b.wall for a, b in zip(one, two)]):.2f}",
          ["threads", "runs", "wall s", "CPU s", "peak MiB"], rows)


TEN_RECORDS = """$ORIGIN ten.test.
$TTL 3600
@ SOA ns1 hostmaster 1 14400 3600 1209600 3600
@ NS ns1
@ NS ns2
@ MX 10 mail
@ TXT "v=spf1 mx -all"
ns1 A 5.0.0.1
ns2 A 23.0.0.1
mail A 5.0.0.2
www CNAME web
web A 5.0.0.3
"""


def part_ten(options):
    path = f"{options.work}/ten.test.zone"
    with open(path, "w", encoding="ascii") as f:
        f.write(TEN_RECORDS)
    costs = [Cost().run([options.zonevet, "zone", path], counted=False) for _ in range(21)]
    walls = []
    for _ in range(21):  # Cost looks at memory every ten milliseconds, which is no clock for this
        start = time.monotonic()
        subprocess.run([options.zonevet, "zone", path], check=False, stdout=subprocess.DEVNULL)
        walls.append(time.monotonic() - start)
    table("A zone of ten records", ["runs", "CPU ms", "wall ms", "longest wall ms"],
          [[len(costs), f"{median([c.cpu for c in costs]) * 1e3:.1f}", f"{median(walls) * 1e3:.1f}",
            f"{max(walls) * 1e3:.1f}"]])


def part_zones(options):
    sizes = QUICK if options.quick else SIZES
    part_ten(options)
    part_unsigned(options)
    if have("dnssec-signzone"):
        part_signed(options, sizes)
        part_threads(options, sizes)
        part_growth(options, sizes)
