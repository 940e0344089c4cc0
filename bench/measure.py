# SPDX-License-Identifier: BSD-2-Clause
"""What programs cost, and how it is printed."""
import os
import statistics
import subprocess
import sys
import tempfile
import time


def queries_so_far():
    """In this network namespace: half of all datagrams, as each query has its answer, and one a TCP connection."""
    with open("/proc/net/snmp", encoding="ascii") as f:
        lines = [line.split() for line in f]

    def counter(protocol, name):
        names, values = [line for line in lines if line[0] == protocol + ":"]
        return int(values[names.index(name)])
    return counter("Udp", "OutDatagrams") / 2 + counter("Tcp", "ActiveOpens")


class Cost:
    """CPU (user and system), wall time, peak resident memory and queries of one or more processes."""

    def __init__(self):
        self.cpu = self.wall = self.queries = 0.0
        self.peak_kb = 0
        self.output = ""

    def run(self, command, good=(0, 1, 3), counted=True):
        before, start = queries_so_far(), time.monotonic()
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as out:
            child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.DEVNULL)
            status, usage = self.follow(child.pid)
            child.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            self.output = out.read()
        if child.returncode not in good:
            sys.exit(f"run: {command[0]} ended with {child.returncode}: {' '.join(command)}")
        self.cpu += usage.ru_utime + usage.ru_stime
        self.wall += time.monotonic() - start
        self.queries += queries_so_far() - before if counted else 0
        return self

    def follow(self, pid):
        """Wait for the end, looking at memory: in rusage a program inherits the peak of the one that started it."""
        while True:
            try:
                with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as f:
                    peak = next((int(line.split()[1]) for line in f if line.startswith("VmHWM:")), 0)
                with open(f"/proc/{pid}/comm", encoding="ascii", errors="replace") as f:
                    self.peak_kb = max(self.peak_kb, peak) if not f.read().startswith("python") else self.peak_kb
            except OSError:
                pass
            done, status, usage = os.wait4(pid, os.WNOHANG)
            if done:
                return status, usage
            time.sleep(0.01)


def median(values):
    return statistics.median(values)


def table(title, head, rows):
    rows = [[str(cell) for cell in row] for row in [head, *rows]]
    widths = [max(len(row[n]) for row in rows) for n in range(len(head))]
    print(f"\n{title}\n")
    for n, row in enumerate(rows):
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |")
        if n == 0:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")
    sys.stdout.flush()
