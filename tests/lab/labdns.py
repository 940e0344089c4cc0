# SPDX-License-Identifier: BSD-2-Clause
"""The little DNS that the laboratory needs: names, records as text and wire, key tags, DS. Standard library only."""
import base64
import hashlib
import random
import struct
import subprocess
from collections import namedtuple

Record = namedtuple("Record", "owner ttl type rdata")

TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "MX": 15, "TXT": 16, "AAAA": 28, "SRV": 33, "OPT": 41, "DNSKEY": 48,
         "TLSA": 52, "IXFR": 251, "AXFR": 252, "ANY": 255, "CAA": 257}
ALGORITHMS = {5: "RSASHA1", 7: "NSEC3RSASHA1", 8: "RSASHA256", 13: "ECDSAP256SHA256", 15: "ED25519"}


def wire_name(name):
    """Wire form of an absolute name without escapes."""
    out = b""
    for label in name.rstrip(".").split("."):
        if label:
            out += bytes([len(label)]) + label.encode()
    return out + b"\0"


def query(name, rrtype, ident=None, flags=0, edns=True):
    ident = random.getrandbits(16) if ident is None else ident
    head = struct.pack("!6H", ident, flags, 1, 0, 0, 1 if edns else 0)
    opt = struct.pack("!BHHIH", 0, 41, 1232, 0x8000, 0) if edns else b""
    return head + wire_name(name) + struct.pack("!HH", TYPES[rrtype], 1) + opt


def skip_name(message, at):
    """Offset behind the (possibly compressed) name at `at`."""
    while True:
        length = message[at]
        if length >= 0xC0:
            return at + 2
        at += 1 + length
        if length == 0:
            return at


def question(message):
    """(name in lower case as text, type, offset behind the question)."""
    labels, at = [], 12
    while message[at]:
        labels.append(message[at + 1:at + 1 + message[at]].decode("latin-1").lower())
        at += 1 + message[at]
    rrtype = struct.unpack_from("!H", message, at + 1)[0]
    return ".".join(labels) + ".", rrtype, at + 5


def sections(message):
    """All records: (section 1..3, offset, type, offset of TTL, offset of RDATA, end)."""
    counts = struct.unpack_from("!4H", message, 4)
    at = 12
    for _ in range(counts[0]):
        at = skip_name(message, at) + 4
    for section in (1, 2, 3):
        for _ in range(counts[section]):
            start = at
            at = skip_name(message, at)
            rrtype, _, _, length = struct.unpack_from("!HHIH", message, at)
            yield section, start, rrtype, at + 4, at + 10, at + 10 + length
            at += 10 + length


def has_edns(message):
    try:
        return any(rrtype == 41 for _, _, rrtype, _, _, _ in sections(message))
    except (IndexError, struct.error):
        return False


def key_tag(rdata):
    total = sum(octet << 8 if i % 2 == 0 else octet for i, octet in enumerate(rdata))
    return (total + (total >> 16)) & 0xFFFF


def dnskey_wire(text):
    flags, protocol, algorithm, key = text.split(None, 3)
    return struct.pack("!HBB", int(flags), int(protocol), int(algorithm)) + base64.b64decode(key.replace(" ", ""))


def ds(owner, dnskey, digest_type=2):
    """RDATA text of the DS of a DNSKEY given as text."""
    wire = dnskey_wire(dnskey)
    digest = {1: hashlib.sha1, 2: hashlib.sha256, 4: hashlib.sha384}[digest_type](wire_name(owner) + wire).hexdigest()
    return f"{key_tag(wire)} {wire[3]} {digest_type} {digest.upper()}"


def rsa_spki(seed, bits=2048):
    """A public key that looks like RSA (the modulus is no product of known primes): for DKIM records."""
    modulus = b"\x00" + fake_modulus(seed, bits)
    exponent = b"\x02\x03\x01\x00\x01"

    def der(tag, body):
        size = len(body)
        if size < 128:
            return bytes([tag, size]) + body
        return bytes([tag, 0x82]) + struct.pack("!H", size) + body

    inner = der(0x30, der(2, modulus) + exponent)
    algorithm = bytes.fromhex("300d06092a864886f70d0101010500")
    return base64.b64encode(der(0x30, algorithm + der(3, b"\0" + inner))).decode()


def fake_modulus(seed, bits):
    rng = random.Random(seed)
    number = rng.getrandbits(bits) | 1 | 1 << (bits - 1)
    return number.to_bytes(bits // 8, "big")


def colliding_keys(dnskey, count, seed):
    """`count` DNSKEY texts (RSA) of the same algorithm and key tag as the given one, none of them usable."""
    real = dnskey_wire(dnskey)
    wanted, out = key_tag(real), []
    for i in range(count):
        wire = bytearray(real[:4] + b"\x03\x01\x00\x01" + fake_modulus(f"{seed}/{i}", 2048))
        wire[40:42] = b"\0\0"
        total = sum(octet << 8 if n % 2 == 0 else octet for n, octet in enumerate(wire))
        word = next(w for w in range(65536) if ((total + w) + ((total + w) >> 16)) & 0xFFFF == wanted)
        wire[40:42] = struct.pack("!H", word)
        out.append(f"{real[0] << 8 | real[1]} {real[2]} {real[3]} " + base64.b64encode(bytes(wire[4:])).decode())
    return out


def txt(text):
    """A TXT RDATA in presentation form from bytes or text, split at 255 octets."""
    data = text.encode() if isinstance(text, str) else text
    parts = [data[i:i + 255] for i in range(0, len(data), 255)] or [b""]
    quoted = ("".join(chr(c) if 0x20 <= c < 0x7F and c not in b'"\\' else f"\\{c:03d}" for c in part) for part in parts)
    return " ".join(f'"{part}"' for part in quoted)


def write_zone(path, records):
    with open(path, "w", encoding="ascii") as out:
        for r in records:
            out.write(f"{r.owner} {r.ttl} IN {r.type} {r.rdata}\n")


def read_zone(path):
    """What the signing tools write: one record a line, class optional, comments behind."""
    records = []
    with open(path, encoding="ascii") as lines:
        for line in lines:
            if not line.strip() or line.startswith(";"):
                continue
            owner, ttl, rrtype, rdata = line.rstrip("\n").split(None, 3)
            if rrtype == "IN":
                rrtype, rdata = rdata.split(None, 1)
            if rrtype != "TXT":
                rdata = rdata.split(" ;")[0].rstrip()
            records.append(Record(owner.lower(), int(ttl), rrtype, rdata))
    return records


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout
