# SPDX-License-Identifier: BSD-2-Clause
"""Configuration, start, readiness and stop of the laboratory's server processes. All state is below one directory."""
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time

from labdns import query, run

HERE = os.path.dirname(os.path.abspath(__file__))
READY_SECONDS = 20
PORTS = ("dns", "http", "https", "bind", "recursor")


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)


def port_is_free(port):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            if kind == socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("0.0.0.0", port))  # fails if any one of 127/8 is in use there
            except OSError:
                return False
    return True


class PortBlock:
    """Ten ports in a row, held against other laboratories by a lock file for as long as this process lives."""

    def __init__(self, first=None):
        self.lock = None
        candidates = [first] if first else range(5300, 9300, 10)
        for base in candidates:
            self.lock = open(f"/tmp/zonevet-lab-{os.getuid()}-{base}.lock", "w", encoding="ascii")
            try:
                fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                self.lock.close()
                continue
            if all(port_is_free(base + n) for n in range(len(PORTS))):
                self.base = base
                self.ports = {name: base + n for n, name in enumerate(PORTS)}
                return
            self.lock.close()
        raise RuntimeError("no block of free ports between 5300 and 9300")


class Process:
    """One server in the foreground of its own session, known by a pid file."""

    def __init__(self, name, command):
        self.name, self.command = name, command

    def start(self, directory):
        with open(os.path.join(directory, "log", self.name + ".log"), "ab") as log:
            child = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=directory,
                                     start_new_session=True)
        write(os.path.join(directory, "pid", self.name), f"{child.pid}\n")
        return child


# ---- configurations ----------------------------------------------------------------------------------------------

def nsd(directory, name, port, addresses, zones, hide_version=True):
    """zones: {zone name: (file, source that may transfer or None)}"""
    lines = ["server:", '    username: ""', '    chroot: ""', '    database: ""', f"    zonesdir: {directory}",
             f"    pidfile: {directory}/run/{name}.pid", f"    xfrdfile: {directory}/run/{name}.xfrd",
             f"    zonelistfile: {directory}/run/{name}.list", f"    xfrdir: {directory}/run",
             "    server-count: 1", "    refuse-any: yes", "    ipv4-edns-size: 1232", "    do-ip6: no",
             "    minimal-responses: yes", "    rrl-ratelimit: 0", "    rrl-whitelist-ratelimit: 0",
             "    hide-identity: yes", f"    hide-version: {'yes' if hide_version else 'no'}", "    tcp-count: 400",
             "    zonefiles-check: no"]
    lines += [f"    ip-address: {a}@{port}" for a in sorted(addresses)]
    lines += ["remote-control:", "    control-enable: no"]
    for zone, (path, allowed) in sorted(zones.items()):
        lines += ["zone:", f"    name: {zone}", f"    zonefile: {path}"]
        lines += [f"    provide-xfr: {source} NOKEY" for source in allowed]
    conf = f"{directory}/conf/{name}.conf"
    write(conf, "\n".join(lines) + "\n")
    return Process(name, ["/usr/sbin/nsd", "-d", "-c", conf])


def knot(directory, name, port, addresses, zones):
    run_dir = f"{directory}/run/{name}"
    os.makedirs(run_dir, exist_ok=True)
    listen = "".join(f"    listen: {a}@{port}\n" for a in sorted(addresses))
    text = (f'server:\n    rundir: {run_dir}\n{listen}    identity: ""\n    version: ""\n    nsid: ""\n'
            "    udp-workers: 1\n    tcp-workers: 1\n    background-workers: 2\n    udp-max-payload: 1232\n"
            f"database:\n    storage: {run_dir}\n"
            "log:\n  - target: stderr\n    any: warning\n"
            "template:\n  - id: default\n    semantic-checks: off\n    zonefile-sync: -1\n    journal-content: none\n"
            "zone:\n")
    text += "".join(f"  - domain: {zone}\n    file: {path}\n" for zone, path in sorted(zones.items()))
    conf = f"{directory}/conf/{name}.conf"
    write(conf, text)
    return Process(name, ["/usr/sbin/knotd", "-c", conf])


def bind(directory, name, port, zones, recursion=None, listen_port=None):
    """zones: {zone name: (file, transfer open)}; recursion: (hints file, anchor DNSKEY RDATA) or None."""
    work = f"{directory}/run/{name}"
    os.makedirs(work, exist_ok=True)
    head = [f'directory "{work}"', f'pid-file "{work}/pid"', f"port {port}",
            f"listen-on port {listen_port or port} {{ 127.0.0.1; }}", "listen-on-v6 { none; }",
            "allow-transfer { none; }", "notify no", "minimal-any yes", "edns-udp-size 1232", "max-udp-size 1232",
            f'session-keyfile "{work}/session.key"', "empty-zones-enable no"]
    text = "controls { };\n"
    if recursion is None:
        head += ["recursion no", "version none", "hostname none", "server-id none"]
    else:
        hints, anchor = recursion
        head += ["recursion yes", "allow-recursion { any; }", "allow-query { any; }", 'version "lab recursor"',
                 f'managed-keys-directory "{work}"', "dnssec-validation yes", "max-cache-size 16m"]
        flags, protocol, algorithm, key = anchor.split(None, 3)
        text += f'trust-anchors {{ . static-key {flags} {protocol} {algorithm} "{key}"; }};\n'
        text += f'zone "." {{ type hint; file "{hints}"; }};\n'
    text += "options {\n" + "".join(f"    {line};\n" for line in head) + "};\n"
    for zone, (path, is_open) in sorted(zones.items()):
        transfer = " allow-transfer { any; };" if is_open else ""
        text += f'zone "{zone}" {{ type primary; file "{path}"; check-names ignore; check-mx ignore; ' \
                f"check-integrity no; check-sibling no;{transfer} }};\n"
    conf = f"{directory}/conf/{name}.conf"
    write(conf, text)
    return Process(name, ["/usr/sbin/named", "-f", "-n", "1", "-c", conf])


def certificates(directory, hosts):
    """A laboratory CA and one server certificate for all web hosts."""
    tls = f"{directory}/tls"
    os.makedirs(tls, exist_ok=True)
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    run("openssl", "req", "-x509", *curve, "-keyout", f"{tls}/ca.key", "-out", f"{tls}/ca.pem", "-days", "30",
        "-subj", "/CN=zonevet laboratory CA", "-addext", "basicConstraints=critical,CA:TRUE",
        "-addext", "keyUsage=critical,keyCertSign,cRLSign")
    run("openssl", "req", "-new", *curve, "-keyout", f"{tls}/web.key", "-out", f"{tls}/web.csr", "-subj",
        "/CN=laboratory web")
    names = ",".join(f"DNS:{host}" for host in hosts)
    write(f"{tls}/web.ext", f"subjectAltName={names}\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n")
    run("openssl", "x509", "-req", "-in", f"{tls}/web.csr", "-CA", f"{tls}/ca.pem", "-CAkey", f"{tls}/ca.key",
        "-CAcreateserial", "-days", "20", "-extfile", f"{tls}/web.ext", "-out", f"{tls}/web.pem")


UNCLAIMED = "<html><body><h1>404</h1><p>There is no lab application at this address.</p></body></html>"


def nginx(directory, ports, claimed, policies):
    """claimed: hosts with a page at the application host; policies: {host: MTA-STS policy}."""
    temporary = "".join(f"    {kind}_temp_path {directory}/run/nginx-{kind};\n"
                        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))

    def listen(address, default=""):
        return (f"        listen {address}:{ports['http']}{default};\n"
                f"        listen {address}:{ports['https']} ssl{default};\n")

    servers = f"""    server {{
{listen('127.0.31.1', ' default_server')}        return 404 "{UNCLAIMED}";
    }}
    server {{
{listen('127.0.31.1')}        server_name {' '.join(claimed)};
        return 200 "<html><body>An application of a customer.</body></html>";
    }}
    server {{
{listen('127.0.32.1', ' default_server')}{listen('127.0.31.2', ' default_server')}        return 200 "<html><body>An ordinary page.</body></html>";
    }}
"""
    for host, policy in policies.items():
        path = f"{directory}/web/{host}/.well-known/mta-sts.txt"
        write(path, policy)
        servers += f"""    server {{
{listen('127.0.32.1')}        server_name {host};
        root {directory}/web/{host};
        default_type text/plain;
    }}
"""
    user = "user root root;\n" if os.getuid() == 0 else ""
    conf = f"{directory}/conf/nginx.conf"
    write(conf, f"""{user}worker_processes 1;
daemon off;
pid {directory}/run/nginx.pid;
error_log stderr warn;
events {{ worker_connections 256; }}
http {{
    access_log {directory}/log/web.log;
    types {{ text/plain txt; text/html html; }}
    default_type text/html;
    ssl_certificate {directory}/tls/web.pem;
    ssl_certificate_key {directory}/tls/web.key;
    server_names_hash_bucket_size 128;
{temporary}{servers}}}
""")
    return Process("nginx", ["/usr/sbin/nginx", "-p", directory, "-e", "stderr", "-c", conf])


def hostile(directory, port, services, fetch_from, recursor_port):
    """services: list of {address, behaviour, backend, backend_port}."""
    conf = f"{directory}/conf/hostile.json"
    write(conf, json.dumps({"port": port, "services": services, "fetch_from": fetch_from,
                            "recursor_port": recursor_port, "counts": f"{directory}/run/hostile.counts"}, indent=1))
    return Process("hostile", [sys.executable, "-B", f"{HERE}/hostile.py", conf])


# ---- life --------------------------------------------------------------------------------------------------------

def answers(address, port, zone):
    """Does the server give the zone's SOA?"""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.settimeout(0.3)
        message = query(zone, "SOA", edns=False)
        try:
            probe.sendto(message, (address, port))
            reply = probe.recv(4096)
        except OSError:
            return False
    return reply[:2] == message[:2] and reply[3] & 15 == 0 and reply[7] > 0


def listens(address, port):
    try:
        socket.create_connection((address, port), 0.3).close()
        return True
    except OSError:
        return False


def start(directory, processes, probes):
    """Start all and wait until each probe holds. probes: callables by label."""
    os.makedirs(f"{directory}/log", exist_ok=True)
    children = {p.name: p.start(directory) for p in processes}
    deadline = time.monotonic() + READY_SECONDS
    waiting = dict(probes)
    while waiting and time.monotonic() < deadline:
        for name, child in children.items():
            if child.poll() is not None:
                raise RuntimeError(f"{name} ended with {child.returncode}, see {directory}/log/{name}.log")
        waiting = {label: probe for label, probe in waiting.items() if not probe()}
        if waiting:
            time.sleep(0.05)
    if waiting:
        raise RuntimeError("no answer from " + ", ".join(sorted(waiting)))


def of_this_lab(pid, directory):
    """A pid file may outlive its process: the command line must name this directory."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as line:
            return directory.encode() in line.read()
    except OSError:
        return False


def stop(directory):
    """End every process of this laboratory; nothing to do is fine."""
    folder = f"{directory}/pid"
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    pids = []
    for name in names:
        with open(f"{folder}/{name}", encoding="ascii") as line:
            pids.append(int(line.read() or 0))
    pids = [pid for pid in pids if pid > 1 and of_this_lab(pid, directory)]
    for kind, seconds in ((signal.SIGTERM, 5), (signal.SIGKILL, 2)):
        for pid in pids:
            try:
                os.killpg(pid, kind)
            except OSError:
                pass
        deadline = time.monotonic() + seconds
        while pids and time.monotonic() < deadline:
            reap()
            pids = [pid for pid in pids if of_this_lab(pid, directory)]
            time.sleep(0.02)
    shutil.rmtree(folder, ignore_errors=True)
    return not pids


def reap():
    try:
        while os.waitpid(-1, os.WNOHANG)[0] != 0:
            pass
    except ChildProcessError:
        pass
