# SPDX-License-Identifier: BSD-2-Clause
"""Signs laboratory zones with the tools people use: BIND's dnssec-signzone, ldns-signzone, Knot DNS's kzonesign."""
import glob
import os
import time

from labdns import ALGORITHMS, Record, read_zone, run, write_zone

DAY = 86400


def stamp(offset):
    return time.strftime("%Y%m%d%H%M%S", time.gmtime(time.time() + offset))


class Signer:
    """Works in one directory: keys, unsigned input, signed output."""

    def __init__(self, directory):
        self.directory = directory
        os.makedirs(directory, exist_ok=True)

    def path(self, name):
        return os.path.join(self.directory, name)

    def key(self, name, alg=13, bits=None):
        """A fresh combined signing key; its file's base name and DNSKEY RDATA."""
        size = ["-b", str(bits)] if bits else []
        base = run("dnssec-keygen", "-q", "-K", self.directory, "-a", ALGORITHMS[alg], *size, "-f", "KSK",
                   name).strip()
        with open(self.path(base + ".key"), encoding="ascii") as lines:
            text = next(line for line in lines if not line.startswith(";"))
        return base, text.split("DNSKEY", 1)[1].strip()

    def bind(self, name, base, records, chain, begin=-DAY, end=45 * DAY, nsec3=(0, "-"), label=""):
        source, target = self.path(name + label + "unsigned"), self.path(name + label + "signed")
        with open(self.path(base + ".key"), encoding="ascii") as lines:
            key = next(line for line in lines if not line.startswith(";")).split("DNSKEY", 1)[1].strip()
        if not any(r.type == "DNSKEY" and r.rdata == key for r in records):
            records = records + [Record(name, 3600, "DNSKEY", key)]
        write_zone(source, records)
        hashed = ["-3", nsec3[1], "-H", str(nsec3[0])] if chain == "nsec3" else []
        run("dnssec-signzone", "-q", "-P", "-z", "-O", "full", "-N", "keep", "-s", stamp(begin), "-e", stamp(end),
            *hashed, "-K", self.directory, "-d", self.directory, "-o", name, "-f", target, source, self.path(base))
        return read_zone(target)

    def ldns(self, name, base, records, chain, nsec3=(0, "-")):
        source, target = self.path(name + "unsigned"), self.path(name + "signed")
        write_zone(source, records)
        hashed = ["-n", "-t", str(nsec3[0])] if chain == "nsec3" else []
        if hashed and nsec3[1] != "-":
            hashed += ["-s", nsec3[1]]
        run("ldns-signzone", *hashed, "-i", stamp(-DAY), "-e", stamp(45 * DAY), "-o", name, "-f", target, source,
            self.path(base))
        return read_zone(target)

    def knot(self, name, records, alg=13):
        """Knot makes and keeps its own key; returns its DNSKEY RDATA too."""
        work = self.path("knot-" + name)
        os.makedirs(work, exist_ok=True)
        write_zone(os.path.join(work, "unsigned"), records)
        conf = os.path.join(work, "knot.conf")
        with open(conf, "w", encoding="ascii") as out:
            out.write(f"""
database:
    storage: {work}
policy:
  - id: lab
    algorithm: {ALGORITHMS[alg].lower()}
    single-type-signing: on
    nsec3: on
    nsec3-iterations: 0
    nsec3-salt-length: 0
    rrsig-lifetime: 45d
    rrsig-refresh: 10d
    cds-cdnskey-publish: none
zone:
  - domain: {name}
    storage: {work}
    file: unsigned
    dnssec-signing: on
    dnssec-policy: lab
    serial-policy: increment
""")
        out = os.path.join(work, "out")
        os.makedirs(out, exist_ok=True)
        run("kzonesign", "-c", conf, "-o", out, name)
        signed = read_zone(glob.glob(os.path.join(out, "*"))[0])
        key = next(r.rdata for r in signed if r.type == "DNSKEY")
        return key, signed

    def zone(self, zone, records):
        """Sign an organisation zone as it asks; sets zone.key."""
        if zone.signer == "knot":
            zone.key, signed = self.knot(zone.name, records, zone.alg)
        else:
            base, zone.key = self.key(zone.name, zone.alg, zone.bits)
            if zone.prepare is not None:
                records = zone.prepare(records, zone)
            if zone.signer == "ldns":
                signed = self.ldns(zone.name, base, records, zone.sign, zone.nsec3)
            else:
                signed = self.with_life(zone, base, records)
        return zone.edit(signed, zone) if zone.edit is not None else signed

    def with_life(self, zone, base, records):
        lives = {None: (-DAY, 45 * DAY), "expired": (-40 * DAY, -DAY), "future": (2 * DAY, 60 * DAY),
                 "soon": (-20 * DAY, 2 * DAY)}
        begin, end = lives[zone.life]
        signed = self.bind(zone.name, base, records, zone.sign, begin, end, zone.nsec3)
        if zone.life in ("expired", "future"):
            # The keys stay signed well: the fault is in the data alone.
            good = self.bind(zone.name, base, records, zone.sign, label="good-")
            keys = [r for r in good if r.type == "RRSIG" and r.rdata.startswith("DNSKEY ")]
            signed = [r for r in signed if not (r.type == "RRSIG" and r.rdata.startswith("DNSKEY "))] + keys
        return signed


def parent(signer, name, records, chain="nsec"):
    """Sign a zone above the organisation; (signed records, DNSKEY RDATA)."""
    base, key = signer.key(name)
    return signer.bind(name, base, records, chain), key


def soa(name, mname, serial):
    return Record(name, 3600, "SOA", f"{mname} hostmaster.{name} {serial} 14400 3600 1209600 3600".replace("..", "."))
