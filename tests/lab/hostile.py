# SPDX-License-Identifier: BSD-2-Clause
"""Name servers that misbehave: a proxy before a sound server that bends its replies, one behaviour an address.

Usage: hostile.py CONFIG.json (written by servers.py). Forged data is always 6.6.6.6 or the text FORGED, so that a test
can tell whether anybody believed it.
"""
import asyncio
import json
import os
import random
import signal
import socket
import struct
import sys
import time

from labdns import TYPES, has_edns, query, question, sections, skip_name

BACKEND_SECONDS = 3
STREAM_LIMIT = 512 << 20   # octets of an endless transfer
OTHER_SOURCE = "127.0.13.253"
PLAIN = bytes((192, 0, 2, 66))  # data that is odd, but not forged


class Service:
    """One address with one behaviour."""

    def __init__(self, lab, address, behaviour, backend, backend_port):
        self.lab, self.address, self.behaviour = lab, address, behaviour
        self.backend = (backend, backend_port)
        self.udp = None
        self.seen = {}
        self.started = time.monotonic()

    # ---- the sound server behind -----------------------------------------------------------------------------

    async def ask(self, message, port=None):
        """The reply over UDP, by TCP if that was truncated for us and not for the client; None if none came."""
        loop = asyncio.get_running_loop()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.setblocking(False)
            sock.connect((self.backend[0], port or self.backend[1]))
            try:
                await loop.sock_sendall(sock, message)
                return await asyncio.wait_for(loop.sock_recv(sock, 65535), BACKEND_SECONDS)
            except (OSError, asyncio.TimeoutError):
                return None

    async def ask_tcp(self, message, source=None):
        """All messages of the reply (several for a transfer)."""
        out = []
        try:
            reader, writer = await asyncio.wait_for(
                asyncio.open_connection(*self.backend, local_addr=(source, 0) if source else None), BACKEND_SECONDS)
        except (OSError, asyncio.TimeoutError):
            return out
        try:
            writer.write(struct.pack("!H", len(message)) + message)
            soas = 0
            while True:
                size = struct.unpack("!H", await asyncio.wait_for(reader.readexactly(2), BACKEND_SECONDS))[0]
                out.append(await asyncio.wait_for(reader.readexactly(size), BACKEND_SECONDS))
                if source is None:
                    break
                soas += sum(1 for part in sections(out[-1]) if part[2] == TYPES["SOA"])
                if soas >= 2 or out[-1][3] & 15:
                    break
        except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError, struct.error, IndexError):
            pass
        finally:
            writer.close()
        return out

    # ---- UDP -------------------------------------------------------------------------------------------------

    async def on_udp(self, message, client):
        self.lab.count(self.address, "udp")
        try:
            handler = getattr(self, "udp_" + self.behaviour.replace("-", "_"), self.udp_pass)
            await handler(message, client)
        except (IndexError, struct.error, OSError):
            pass

    def send(self, data, client):
        if data is not None and len(data) > 0:
            self.udp.sendto(data, client)

    async def bend(self, message, client, change):
        reply = await self.ask(message)
        if reply is not None:
            self.send(change(reply), client)

    async def udp_pass(self, message, client):
        reply = await self.reply_to(message)
        self.send(reply, client)

    async def udp_slow(self, message, client):
        await asyncio.sleep(1)
        await self.udp_pass(message, client)

    async def udp_duplicate(self, message, client):
        reply = await self.ask(message)
        for _ in range(3):
            self.send(reply, client)

    async def udp_forge_id(self, message, client):
        self.send(forged(message, wrong_id=True), client)
        await self.udp_pass(message, client)

    async def udp_forge_question(self, message, client):
        self.send(forged(message, name=b"\x06forged\x04test\0"), client)
        self.send(forged(message, rrtype=TYPES["TXT"] if question(message)[1] != TYPES["TXT"] else 1), client)
        await self.udp_pass(message, client)

    async def udp_forge_source(self, message, client):
        self.lab.other.sendto(forged(message), client)
        await self.udp_pass(message, client)

    async def udp_forge_port(self, message, client):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.bind((self.address, 0))
            sock.sendto(forged(message), client)
        await self.udp_pass(message, client)

    async def udp_forge_response_bit(self, message, client):
        reply = bytearray(forged(message))
        reply[2] &= 0x7F
        self.send(bytes(reply), client)
        await self.udp_pass(message, client)

    async def udp_flood(self, message, client):
        for n in range(1, 201):
            self.send(forged(message, wrong_id=True, salt=n), client)
            if n % 50 == 0:
                await asyncio.sleep(0.001)
        await self.udp_pass(message, client)

    async def udp_only_wrong_id(self, message, client):
        self.send(forged(message, wrong_id=True), client)

    async def udp_only_other_source(self, message, client):
        reply = await self.ask(message)
        if reply is not None:
            self.lab.other.sendto(reply, client)

    async def udp_lose_first(self, message, client):
        """Silent at the first sight of a question, sound at the next."""
        name, rrtype, _ = question(message)
        key = (name, rrtype, has_edns(message))
        self.seen[key] = self.seen.get(key, 0) + 1
        if self.seen[key] > 1:
            await self.udp_pass(message, client)

    async def udp_no_udp(self, _message, _client):
        return

    udp_silent = udp_no_udp

    async def udp_truncation_loop(self, message, client):
        self.send(truncated(message), client)

    async def udp_compression_loop(self, message, client):
        self.send(looped(message), client)

    async def udp_edns_drop(self, message, client):
        if not has_edns(message):
            await self.udp_pass(message, client)

    # ---- what both transports share --------------------------------------------------------------------------

    async def reply_to(self, message):
        """The (perhaps bent) reply to one query."""
        name, rrtype, _ = question(message)
        behaviour = self.behaviour
        if behaviour in ("servfail", "refused"):
            return empty(message, 2 if behaviour == "servfail" else 5)
        if behaviour == "upward":
            return upward(message)
        if behaviour == "edns-formerr" and has_edns(message):
            return empty(message, 1, keep_opt=False)
        if behaviour == "unknown-type" and (rrtype > 300 and rrtype < 65536):
            return empty(message, 4)
        if behaviour == "caa-servfail" and rrtype == TYPES["CAA"]:
            return empty(message, 2)
        if behaviour == "tlsa-drop" and rrtype == TYPES["TLSA"]:
            return None
        if behaviour == "soa-missing" and rrtype == TYPES["SOA"] and self.lab.is_apex(self, name):
            return empty(message, 0, aa=True)
        if behaviour == "recursing" and message[2] & 1 and not name.endswith(self.lab.zone_of(self)):
            return await self.recurse(message)
        reply = await self.ask(message)
        return bent(reply, behaviour, self) if reply is not None else None

    async def recurse(self, message):
        loop = asyncio.get_running_loop()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.setblocking(False)
            sock.connect(("127.0.0.1", self.lab.recursor_port))
            try:
                await loop.sock_sendall(sock, message)
                return await asyncio.wait_for(loop.sock_recv(sock, 65535), 5)
            except (OSError, asyncio.TimeoutError):
                return None

    # ---- TCP -------------------------------------------------------------------------------------------------

    async def on_tcp(self, reader, writer):
        self.lab.count(self.address, "tcp")
        try:
            while True:
                size = struct.unpack("!H", await asyncio.wait_for(reader.readexactly(2), 20))[0]
                message = await asyncio.wait_for(reader.readexactly(size), 20)
                if not await self.tcp_one(message, writer):
                    break
        except (asyncio.IncompleteReadError, asyncio.TimeoutError, OSError, IndexError, struct.error):
            pass
        finally:
            writer.close()

    async def tcp_one(self, message, writer):
        """Answer one query; False closes the connection."""
        rrtype = question(message)[1]
        if self.behaviour in ("silent", "no-tcp"):
            await asyncio.sleep(20)
            return False
        if rrtype in (TYPES["AXFR"], TYPES["IXFR"]):
            return await self.transfer(message, rrtype, writer)
        if self.behaviour == "edns-drop" and has_edns(message):
            return True
        if self.behaviour == "truncation-loop":
            reply = truncated(message)
        elif self.behaviour == "compression-loop":
            reply = looped(message)
        elif self.behaviour in ("servfail", "refused", "upward", "edns-formerr", "unknown-type", "caa-servfail",
                                "tlsa-drop", "soa-missing", "recursing"):
            reply = await self.reply_to(message)
            if reply is not None and reply[2] & 2:  # truncated behind us: ask again as the client would
                replies = await self.ask_tcp(message)
                reply = replies[0] if replies else None
        else:
            replies = await self.ask_tcp(message)
            reply = bent(replies[0], self.behaviour, self) if replies else None
        if reply is None:
            return self.behaviour == "tlsa-drop"
        return await self.tcp_send(writer, struct.pack("!H", len(reply)) + reply)

    async def tcp_send(self, writer, data):
        if self.behaviour == "tcp-torn":
            writer.write(data[:len(data) // 2])
            await writer.drain()
            return False
        step = {"tcp-slow": 0.2, "tcp-bytes": 0.001}.get(self.behaviour)
        if step is None:
            writer.write(data)
        else:
            for octet in data:
                writer.write(bytes([octet]))
                await writer.drain()
                await asyncio.sleep(step)
        await writer.drain()
        return True

    async def transfer(self, message, rrtype, writer):
        wanted = {"axfr-endless": TYPES["AXFR"], "axfr-empty": TYPES["AXFR"], "ixfr-open": TYPES["IXFR"]}
        if wanted.get(self.behaviour) != rrtype:
            refusal = empty(message, 5)
            writer.write(struct.pack("!H", len(refusal)) + refusal)
            await writer.drain()
            return True
        if self.behaviour == "ixfr-open":
            return await self.transfer_whole(message, writer)
        soa = await self.soa_record(message)
        if soa is None:
            return False
        head, body = stream_head(message), question_of(message)
        if self.behaviour == "axfr-empty":
            out = head(2) + body + soa + soa
            writer.write(struct.pack("!H", len(out)) + out)
            await writer.drain()
            return True
        return await self.transfer_endless(head, body, soa, writer)

    async def transfer_whole(self, message, writer):
        """IXFR answered with the whole zone (RFC 1995 section 4), though AXFR is refused."""
        _, _, end = question(message)
        axfr = message[:2] + b"\0\0" + struct.pack("!4H", 1, 0, 0, 0) + message[12:end - 4] + b"\0\xfc\0\1"
        for part in await self.ask_tcp(axfr, self.lab.fetch_from):
            part = bytearray(part)
            if struct.unpack_from("!H", part, 4)[0] == 1:
                at = skip_name(part, 12)
                part[at:at + 2] = struct.pack("!H", TYPES["IXFR"])
            writer.write(struct.pack("!H", len(part)) + bytes(part))
        await writer.drain()
        return True

    async def soa_record(self, message):
        name = question(message)[0]
        reply = await self.ask(query(name, "SOA", edns=False))
        if reply is None:
            return None
        for section, start, rrtype, _, _, end in sections(reply):
            if section == 1 and rrtype == TYPES["SOA"]:
                return b"\xc0\x0c" + expanded(reply, skip_name(reply, start), end)
        return None

    async def transfer_endless(self, head, body, soa, writer):
        out, sent, n = head(1) + body + soa, 0, 0
        while sent < STREAM_LIMIT:
            writer.write(struct.pack("!H", len(out)) + out)
            await writer.drain()
            sent += len(out)
            records = b""
            for _ in range(300):
                label = b"n%08d" % n
                records += bytes([len(label)]) + label + b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 60, 4) + PLAIN
                n += 1
            out = head(300) + body + records
            await asyncio.sleep(0)
        return False


# ---- messages ----------------------------------------------------------------------------------------------------

def question_of(message):
    return message[12:question(message)[2]]


def stream_head(message):
    return lambda count: message[:2] + b"\x84\0" + struct.pack("!4H", 1, count, 0, 0)


def expanded(message, at, end):
    """Type to the end of a SOA record with the two names of its RDATA written out."""
    names, cursor = b"", at + 10
    for _ in range(2):
        names += plain_name(message, cursor)
        cursor = skip_name(message, cursor)
    rdata = names + message[cursor:end]
    return message[at:at + 8] + struct.pack("!H", len(rdata)) + rdata


def plain_name(message, at):
    out = b""
    while message[at]:
        if message[at] >= 0xC0:
            at = struct.unpack_from("!H", message, at)[0] & 0x3FFF
            continue
        out += message[at:at + 1 + message[at]]
        at += 1 + message[at]
    return out + b"\0"


def opt_of(message):
    return b"\0\0\x29\x04\xd0\0\0\0\0\0\0" if has_edns(message) else b""


def empty(message, rcode, aa=False, keep_opt=True):
    opt = opt_of(message) if keep_opt else b""
    flags = bytes([0x80 | (message[2] & 0x79) | (4 if aa else 0), rcode])
    return message[:2] + flags + struct.pack("!4H", 1, 0, 0, 1 if opt else 0) + question_of(message) + opt


def truncated(message):
    reply = bytearray(empty(message, 0, aa=True))
    reply[2] |= 2
    return bytes(reply)


def looped(message):
    """A name that points at itself."""
    asked = question_of(message)
    at = 12 + len(asked)
    return (message[:2] + b"\x84\0" + struct.pack("!4H", 1, 1, 0, 0) + asked + struct.pack("!H", 0xC000 | at)
            + struct.pack("!HHIH", 1, 1, 60, 4) + b"\x06" * 4)


def upward(message):
    root = b"\0" + struct.pack("!HHIH", 2, 1, 518400, 10) + b"\x01a\x06rootns\0"
    opt = opt_of(message)
    flags = bytes([0x80 | (message[2] & 1), 0])
    return (message[:2] + flags + struct.pack("!4H", 1, 0, 1, 1 if opt else 0) + question_of(message) + root + opt)


def forged(message, wrong_id=False, name=None, rrtype=None, salt=0):
    """A lie that fits the question, unless told to lie about the question too."""
    asked_name, asked_type, end = question(message)
    del asked_name
    rrtype = asked_type if rrtype is None else rrtype
    ident = message[:2]
    if wrong_id:
        ident = struct.pack("!H", (struct.unpack("!H", ident)[0] + 1 + salt * 7) & 0xFFFF)
    rdata = {TYPES["TXT"]: b"\x06FORGED", TYPES["NS"]: b"\x06forged\x04test\0", TYPES["CNAME"]: b"\x06forged\x04test\0",
             TYPES["MX"]: b"\0\x01\x06forged\x04test\0", TYPES["AAAA"]: b"\x06" * 16}.get(rrtype)
    kind = rrtype if rdata is not None else TYPES["A"]
    rdata = rdata if rdata is not None else b"\x06" * 4
    asked = (name or message[12:end - 4]) + struct.pack("!HH", rrtype, 1)
    record = b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 3600, len(rdata)) + rdata
    return ident + b"\x84\0" + struct.pack("!4H", 1, 1, 0, 0) + asked + record


def bent(reply, behaviour, service):
    """A sound reply with one fault."""
    change = globals().get("bend_" + behaviour.replace("-", "_"))
    return change(reply, service) if change is not None else reply


def bend_lying_counts(reply, _service):
    return reply[:6] + b"\xff\xff" + reply[8:]


def bend_trailing(reply, _service):
    return reply + b"\0FORGED trailing octets"


def bend_two_opt(reply, _service):
    extra = b"\0\0\x29\x10\0\0\0\0\0\0\0"
    count = struct.unpack_from("!H", reply, 10)[0]
    return reply[:10] + struct.pack("!H", count + 2) + reply[12:] + extra + extra


def bend_no_aa(reply, _service):
    return reply[:2] + bytes([reply[2] & ~4]) + reply[3:]


def bend_lower_case(reply, _service):
    end = question(reply)[2]
    return reply[:12] + reply[12:end - 4].lower() + reply[end - 4:]


def bend_edns_ignored(reply, _service):
    for section, start, rrtype, _, _, end in sections(reply):
        if section == 3 and rrtype == TYPES["OPT"]:
            count = struct.unpack_from("!H", reply, 10)[0]
            return reply[:10] + struct.pack("!H", count - 1) + reply[12:start] + reply[end:]
    return reply


def bend_ttl_countdown(reply, service):
    """As a cache does: every TTL falls by the seconds since the start."""
    out = bytearray(reply)
    gone = int(time.monotonic() - service.started)
    for _, _, rrtype, ttl_at, _, _ in sections(reply):
        ttl = struct.unpack_from("!I", reply, ttl_at)[0]
        if rrtype != TYPES["OPT"] and ttl > 0:
            struct.pack_into("!I", out, ttl_at, ttl - gone % ttl)
    return bytes(out)


def bend_unrelated(reply, _service):
    """One record too many in the answer section, about somebody else; what stands behind the answer is left out, for
    it may hold names compressed against it."""
    counts = struct.unpack_from("!4H", reply, 4)
    if reply[3] & 15 or reply[2] & 2 or counts[1] == 0:
        return reply
    end = max(part[5] for part in sections(reply) if part[0] == 1)
    record = b"\x05other\x04test\0" + struct.pack("!HHIH", 1, 1, 3600, 4) + PLAIN
    opt = b"".join(reply[part[1]:part[5]] for part in sections(reply) if part[2] == TYPES["OPT"])
    counts = struct.pack("!4H", 1, counts[1] + 1, 0, 1 if opt else 0)
    return reply[:4] + counts + reply[12:end] + record + opt


# ---- sockets -----------------------------------------------------------------------------------------------------

class Datagrams(asyncio.DatagramProtocol):
    def __init__(self, service):
        self.service = service
        self.tasks = set()

    def connection_made(self, transport):
        self.service.udp = transport

    def datagram_received(self, data, addr):
        task = asyncio.get_running_loop().create_task(self.service.on_udp(data, addr))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


class Laboratory:
    """All services of one configuration."""

    def __init__(self, config):
        self.config, self.port = config, config["port"]
        self.fetch_from, self.recursor_port = config["fetch_from"], config["recursor_port"]
        self.other = None
        self.counts = {}
        self.zones = {s["address"]: s["zone"] for s in config["services"]}

    def zone_of(self, service):
        return self.zones[service.address]

    def is_apex(self, service, name):
        return name == self.zones[service.address]

    def count(self, address, transport):
        key = (address, transport)
        self.counts[key] = self.counts.get(key, 0) + 1

    def write_counts(self):
        path = self.config["counts"]
        with open(path + ".new", "w", encoding="ascii") as out:
            for (address, transport), number in sorted(self.counts.items()):
                out.write(f"{address}\t{transport}\t{self.zones[address]}\t{number}\n")
        os.replace(path + ".new", path)

    async def serve(self):
        loop = asyncio.get_running_loop()
        self.other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.other.setblocking(False)
        self.other.bind((OTHER_SOURCE, self.port))
        for entry in self.config["services"]:
            service = Service(self, entry["address"], entry["behaviour"], entry["backend"], entry["backend_port"])
            await loop.create_datagram_endpoint(lambda s=service: Datagrams(s), (service.address, self.port))
            if service.behaviour != "tcp-refused":
                await asyncio.start_server(service.on_tcp, service.address, self.port)
        ended = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, ended.set)
        before = None
        while not ended.is_set():
            if self.counts != before:
                before = dict(self.counts)
                self.write_counts()
            try:
                await asyncio.wait_for(ended.wait(), 1)
            except asyncio.TimeoutError:
                pass
        self.write_counts()


def main():
    with open(sys.argv[1], encoding="utf-8") as text:
        config = json.load(text)
    random.seed(config["port"])
    asyncio.run(Laboratory(config).serve())


if __name__ == "__main__":
    main()
