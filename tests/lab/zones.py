# SPDX-License-Identifier: BSD-2-Clause
"""The laboratory organisation: one entry a zone, each with one fault (or none). expected.tsv says what must be found.

Every zone starts from the same sound template (see `Zone.plain`), so that what differs is the fault. Owners in `extra`
are relative to the zone, `{z}` is the zone's absolute name, RDATA is written out.
"""
import ipaddress

from labdns import Record, rsa_spki, txt

TTL = 3600
PROVIDER_PAAS = "127.0.31.1"   # nginx: "there is no lab application at this address"
WEB = "127.0.32.1"             # nginx: ordinary pages, MTA-STS policies
BIND = "127.0.0.1"             # BIND listens only on addresses of an interface, so all its zones share this one
RECURSOR = "127.0.15.1"        # passes to a BIND that recurses for anybody

# Where a server kind listens for the zone number i.
ADDRESSES = {
    "nsd": "127.0.11.{}", "nsd2": "127.0.16.{}", "knot": "127.0.12.{}", "hostile": "127.0.13.{}",
    "hostile2": "127.0.14.{}", "provider": "127.0.5.{}", "provider2": "127.0.6.{}",
    "bind": BIND, "recursor": RECURSOR,
}


class Zone:
    """One organisation zone and everything that is special about it."""

    def __init__(self, name, servers=("nsd", "knot"), *, sign="nsec3", alg=13, bits=None, mail=True, spf=True,
                 dmarc=True, mx=True, caa=True, extra="", drop=(), ds="match", behaviour=None, parent=None,
                 soa=None, signer="bind", life=None, nsec3=(0, "-"), edit=None, prepare=None, unsigned_on=(),
                 serial_shift=None, delegation=None, web=(), apex_ns=None, transfer_on=()):
        self.name = name + "."
        self.servers, self.sign, self.alg, self.bits, self.signer = servers, sign, alg, bits, signer
        self.mail, self.spf, self.dmarc, self.mx, self.caa = mail, spf, dmarc, mx, caa
        self.extra, self.drop, self.ds, self.behaviour = extra, drop, ds, behaviour
        self.parent = (parent or name.split(".", 1)[1]) + "."
        self.soa, self.life, self.nsec3 = soa or {}, life, nsec3
        self.edit, self.prepare = edit, prepare
        self.unsigned_on, self.serial_shift = unsigned_on, serial_shift or {}
        self.delegation, self.apex_ns, self.web = delegation, apex_ns, web
        self.transfer_on = transfer_on
        self.index = 0       # set by number()
        self.key = None      # DNSKEY text, set by the signer
        self.mail_address = self.ns = None

    def number(self, index):
        self.index = index
        self.mail_address = f"127.0.33.{index}"
        self.ns = [(f"ns{n}.{self.name}", ADDRESSES[kind].format(index))
                   for n, kind in enumerate(self.servers, 1)]

    def fill(self, text):
        names = {"z": self.name, "d": self.name[:-1], "i": self.index, "mail": self.mail_address, "web": WEB, "paas": PROVIDER_PAAS}
        for key, value in names.items():
            text = text.replace("{" + key + "}", str(value))
        return text

    def host(self, label, address):
        """A host that sends and takes no mail, and says so."""
        owner = f"{label}.{self.name}"
        return [Record(owner, TTL, "A", address), Record(owner, TTL, "TXT", '"v=spf1 -all"')]

    def texts(self, owner, value, default):
        if value is None or value is False:
            return []
        values = [default] if value is True else [value] if isinstance(value, (str, bytes, Raw)) else value
        return [Record(owner, TTL, "TXT", v.text if isinstance(v, Raw) else
                       txt(self.fill(v) if isinstance(v, str) else v)) for v in values]

    def plain(self, serial):
        """The unsigned records."""
        z = self.name
        soa = {"mname": self.ns[0][0], "rname": f"hostmaster.{z}", "refresh": 14400, "retry": 3600,
               "expire": 1209600, "minimum": 3600, **self.soa}
        soa_text = "{} {} {} {} {} {} {}".format(self.fill(soa["mname"]), soa["rname"], serial, soa["refresh"],
                                                  soa["retry"], soa["expire"], soa["minimum"])
        records = [Record(z, TTL, "SOA", soa_text)]
        names = [self.fill(n) for n in self.apex_ns] if self.apex_ns else [n for n, _ in self.ns]
        records += [Record(z, TTL, "NS", name) for name in names]
        for name, address in self.ns:
            records += self.host(name.split(".")[0], address)
        records += self.host("www", WEB)
        records += self.texts(z, self.spf, "v=spf1 ip4:{mail} -all" if self.mail else "v=spf1 -all")
        records += self.texts(f"_dmarc.{z}", self.dmarc, "v=DMARC1; p=reject; rua=mailto:dmarc@" + z[:-1])
        if self.mail:
            records += [Record(f"mail.{z}", TTL, "A", self.mail_address),
                        Record(f"mail.{z}", TTL, "TXT", '"v=spf1 a -all"'),
                        Record(f"default._domainkey.{z}", TTL, "TXT", txt("v=DKIM1; k=rsa; p=" + rsa_spki(z)))]
        if self.mx:
            records += [Record(z, TTL, "MX", f"10 mail.{z}" if self.mail else "0 .")]
        if self.caa:
            records += [Record(z, TTL, "CAA", text) for text in
                        ('0 issue "letsencrypt.org"', f'0 iodef "mailto:hostmaster@{z[:-1]}"')]
        for line in self.fill(self.extra).strip().splitlines():
            if line.strip():
                owner, rrtype, rdata = line.strip().split(None, 2)
                owner = z if owner == "@" else f"{owner}.{z}"
                records.append(Record(owner.lower(), TTL, rrtype, rdata))
        gone = {f"{d}.{z}" for d in self.drop}
        return [r for r in records if r.owner not in gone]

    def parent_records(self, ds_records):
        """NS, glue and DS as the parent holds them."""
        if self.delegation == "none":
            return []
        names = [(n, a) for n, a in self.ns]
        if self.delegation is not None:
            names = [(self.fill(n), a and self.fill(a)) for n, a in self.delegation]
        records = [Record(self.name, TTL, "NS", name) for name in sorted({n for n, _ in names})]
        records += [Record(n, TTL, "A", a) for n, a in names if a and n.endswith("." + self.name)]
        return records + [Record(self.name, TTL, "DS", text) for text in ds_records]


class Raw:
    """TXT RDATA already in presentation form."""

    def __init__(self, text):
        self.text = text


class Provider:
    """A zone of somebody else: no target of the audit."""

    def __init__(self, name, text, servers):
        self.name, self.text, self.servers = name + ".", text, servers

    def records(self, serial):
        z = self.name
        ns = [(f"ns{n}.{z}", address) for n, address in enumerate(self.servers, 1)]
        records = [Record(z, TTL, "SOA", f"ns1.{z} hostmaster.{z} {serial} 14400 3600 1209600 3600")]
        records += [Record(z, TTL, "NS", name) for name, _ in ns]
        records += [Record(name, TTL, "A", address) for name, address in ns]
        for line in self.text.strip().splitlines():
            owner, rrtype, rdata = line.strip().split(None, 2)
            records.append(Record(z if owner == "@" else f"{owner}.{z}", TTL, rrtype, rdata))
        return records

    def parent_records(self):
        z = self.name
        ns = [(f"ns{n}.{z}", address) for n, address in enumerate(self.servers, 1)]
        return ([Record(z, TTL, "NS", name) for name, _ in ns] + [Record(name, TTL, "A", a) for name, a in ns])


PROVIDERS = [
    Provider("paas.lab", "@ A 127.0.31.1\n* A 127.0.31.1\nclaimed A 127.0.31.1", ("127.0.5.201", "127.0.5.202")),
    Provider("storage.lab", "@ A 127.0.31.1\ntaken-bucket A 127.0.31.1", ("127.0.5.203", "127.0.5.204")),
    Provider("dnshost.lab", "www A 127.0.31.2", ("127.0.5.205", "127.0.5.206")),
    Provider("mailer.lab", """
        @ MX 10 mx.mailer.lab.
        @ TXT "v=spf1 ip4:127.0.34.1 -all"
        mx A 127.0.34.1
        web A 127.0.32.1
        wide TXT "v=spf1 +all"
        alias CNAME real.mailer.lab.
        real A 127.0.16.250
        """, ("127.0.5.207", "127.0.5.208")),
    # Counts what a large NS set makes us send to an innocent third party.
    Provider("victim.lab", "www A 127.0.31.2", ("127.0.14.252", "127.0.14.253")),
]


# ---- edits of signed zones ---------------------------------------------------------------------------------------

def covered(record):
    return record.rdata.split()[0] if record.type == "RRSIG" else None


def break_signature(record):
    """Flip bits in the middle of the signature."""
    head, signature = record.rdata.rsplit(None, 1)[0].split()[:8], "".join(record.rdata.split()[8:])
    at = len(signature) // 2
    other = "A" if signature[at] != "A" else "B"
    return record._replace(rdata=" ".join(head) + " " + signature[:at] + other + signature[at + 1:])


def corrupt(records, _zone):
    return [break_signature(r) if covered(r) not in (None, "DNSKEY") else r for r in records]


def strip_signatures(*types):
    def edit(records, zone):
        return [r for r in records if not (r.owner == zone.name and covered(r) in types)]
    return edit


def as_gost(records, zone):
    """Number the algorithm 12 (GOST, same key and signature sizes) with key tags to match."""
    from labdns import dnskey_wire, key_tag
    old = str(key_tag(dnskey_wire(zone.key)))
    zone.key = zone.key.replace(" 13 ", " 12 ", 1)
    new = str(key_tag(dnskey_wire(zone.key)))
    out = []
    for r in records:
        if r.type == "DNSKEY":
            r = r._replace(rdata=r.rdata.replace(" 13 ", " 12 ", 1))
        elif r.type == "RRSIG":
            fields = r.rdata.split()
            fields[1] = "12"
            fields[6] = new if fields[6] == old else fields[6]
            r = r._replace(rdata=" ".join(fields))
        out.append(r)
    return out


def collide(count):
    def prepare(records, zone):
        from labdns import colliding_keys
        return records + [Record(zone.name, TTL, "DNSKEY", text)
                          for text in colliding_keys(zone.key, count, zone.name)]
    return prepare


def signature_flood(count):
    """Many signatures of one key tag over the DNSKEY set, none of them right but the last (KeyTrap)."""
    def edit(records, zone):
        import base64
        import random
        rng = random.Random(zone.name)
        flood = []
        for r in records:
            if covered(r) == "DNSKEY":
                head = " ".join(r.rdata.split()[:8])
                flood += [r._replace(rdata=f"{head} {base64.b64encode(rng.randbytes(256)).decode()}")
                          for _ in range(count)]
        return flood + records
    return edit


# ---- the zones ---------------------------------------------------------------------------------------------------

def clean_extra():
    return """
        ns1 MX 0 .
        ns2 MX 0 .
        www MX 0 .
        mta-sts A {web}
        mta-sts MX 0 .
        mta-sts TXT "v=spf1 -all"
        _mta-sts TXT "v=STSv1; id=20261101T000000;"
        _smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@{d}"
        _25._tcp.mail TLSA 3 1 1 0D6FCE3FBB4E7C6F2B7C5C4F2A8E9D0123456789ABCDEF0123456789ABCDEF01
        _25._tcp.mail TLSA 3 1 1 1D6FCE3FBB4E7C6F2B7C5C4F2A8E9D0123456789ABCDEF0123456789ABCDEF02
        """


def sound():
    return [
        Zone("clean.test", extra=clean_extra(), web=("mta-sts",)),
        Zone("nomail.test", mail=False, signer="knot", servers=("knot", "nsd")),
        Zone("two-brands.lab", servers=("bind", "knot"), alg=15, signer="ldns"),
        Zone("rsa.lab", servers=("nsd", "bind"), alg=8, bits=2048),
        Zone("walkable.lab", sign="nsec"),
        Zone("ldns.lab", signer="ldns", sign="nsec", servers=("bind", "nsd")),
    ]


def transfers():
    return [
        Zone("axfr-open.test", servers=("nsd", "bind"), transfer_on=("bind",)),
        Zone("axfr-all.test", servers=("nsd", "bind"), transfer_on=("nsd", "bind")),
        Zone("hidden-primary.test", soa={"mname": "primary.{z}"}, extra="primary A " + BIND
             + '\nprimary TXT "v=spf1 -all"', servers=("nsd", "knot"), transfer_on=("bind",)),
        Zone("ixfr-open.test", servers=("hostile", "hostile2"), behaviour="ixfr-open"),
    ]


def delegations():
    lame = "127.0.5.{i}"
    return [
        Zone("nodelegation.test", delegation="none", ds=None, sign=None),
        Zone("all-lame.test", servers=("provider", "provider2"), sign=None),
        Zone("one-lame.test", delegation=[("ns1.{z}", "127.0.11.{i}"), ("ns2.{z}", "127.0.12.{i}"),
                                          ("ns3.{z}", lame)],
             apex_ns=["ns1.{z}", "ns2.{z}", "ns3.{z}"], extra=f'ns3 A {lame}\nns3 TXT "v=spf1 -all"'),
        Zone("one-ns.test", servers=("nsd",)),
        Zone("parent-only.test", servers=("nsd", "knot", "nsd2"), apex_ns=["ns1.{z}", "ns2.{z}"]),
        Zone("glue-wrong.test", servers=("nsd", "knot"),
             delegation=[("ns1.{z}", "127.0.11.{i}"), ("ns2.{z}", "127.0.16.{i}")]),
        Zone("glue-missing.test", delegation=[("ns1.{z}", "127.0.11.{i}"), ("ns2.{z}", None)]),
        Zone("ns-alias.test", delegation=[("ns1.{z}", "127.0.11.{i}"), ("alias.mailer.lab.", None)],
             servers=("nsd",), apex_ns=["ns1.{z}", "alias.mailer.lab."]),
        Zone("ns-gone.test", delegation=[("ns1.{z}", "127.0.11.{i}"), ("ns2.{z}", "127.0.12.{i}"),
                                         ("gone.mailer.lab.", None)],
             apex_ns=["ns1.{z}", "ns2.{z}", "gone.mailer.lab."]),
        Zone("ns-expired.test", delegation=[("ns1.{z}", "127.0.11.{i}"), ("ns2.{z}", "127.0.12.{i}"),
                                            ("ns1.expired-brand.lab.", None)],
             apex_ns=["ns1.{z}", "ns2.{z}", "ns1.expired-brand.lab."]),
        Zone("ns-abandoned.test", sign=None, servers=("nsd",),
             delegation=[("ns1.dnshost.lab.", None), ("ns2.dnshost.lab.", None)]),
        Zone("ns-same-address.test", servers=("nsd", "nsd", "knot")),
        Zone("cycle-a.test", sign=None, delegation=[("ns1.cycle-b.lab.", None), ("ns2.cycle-b.lab.", None)],
             apex_ns=["ns1.cycle-b.lab.", "ns2.cycle-b.lab."]),
        Zone("cycle-b.lab", sign=None, delegation=[("ns1.cycle-a.test.", None), ("ns2.cycle-a.test.", None)],
             apex_ns=["ns1.cycle-a.test.", "ns2.cycle-a.test."]),
        Zone("serials.test", serial_shift={"knot": -7}),
        Zone("soa-expire.test", soa={"expire": 18000}),
    ]


def dnssec():
    return [
        Zone("unsigned.test", sign=None),
        Zone("island.test", ds=None),
        Zone("ds-without-dnskey.test", sign=None, ds="invented"),
        Zone("ds-no-match.test", ds="invented"),
        Zone("ds-digest.test", ds="wrong-digest"),
        Zone("ds-sha1.test", ds="sha1"),
        Zone("expired.test", servers=("nsd", "nsd2"), life="expired"),
        Zone("not-yet.test", servers=("nsd", "nsd2"), life="future"),
        Zone("expires-soon.test", life="soon"),
        Zone("corrupt.test", servers=("nsd", "nsd2"), edit=corrupt),
        Zone("rrsig-missing.test", servers=("nsd", "nsd2"), edit=strip_signatures("SOA", "CAA")),
        Zone("half-signed.test", unsigned_on=("knot",)),
        Zone("sha1-rsa.test", servers=("nsd", "knot"), alg=5, bits=2048, sign="nsec"),
        Zone("sha1-nsec3.lab", servers=("nsd", "knot"), alg=7, bits=2048),
        Zone("gost.test", servers=("nsd", "nsd2"), edit=as_gost, ds="match"),
        Zone("rsa1024.test", alg=8, bits=1024),
        Zone("nsec3-iterations.test", nsec3=(10, "aabbccdd")),
        Zone("nsec3-heavy.test", signer="ldns", nsec3=(500, "aabbccdd"), servers=("nsd", "nsd2")),
        Zone("key-tags.test", alg=8, bits=2048, prepare=collide(1), servers=("nsd", "nsd2")),
        Zone("keytrap.test", alg=8, bits=2048, prepare=collide(60), edit=signature_flood(60),
             servers=("nsd", "nsd2")),
        Zone("cds-delete.test", extra="@ CDS 0 0 0 00\n@ CDNSKEY 0 3 0 AA=="),
    ]


def dangling():
    def z(name, extra, **more):
        return Zone(name + ".test", sign="nsec", extra=extra, **more)
    return [
        z("cname-own", "shop CNAME gone.{z}"),
        z("cname-foreign", "shop CNAME gone.mailer.lab."),
        z("cname-unclaimed", "shop CNAME old-shop.paas.lab.\ncdn CNAME claimed.paas.lab."),
        z("cname-service-gone", "cdn CNAME old-bucket.storage.lab.\napi CNAME taken-bucket.storage.lab."),
        z("cname-unregistered", "shop CNAME www.expired-brand.lab."),
        z("cname-loop", "shop CNAME api.{z}\napi CNAME cdn.{z}\ncdn CNAME shop.{z}"),
        z("cname-long", "\n".join(f"c{n} CNAME c{n + 1}.{{z}}" for n in range(1, 10)) + "\nc10 CNAME www.{z}"),
        z("cname-wildcard", "*.apps CNAME web.mailer.lab."),
        z("child-abandoned", "legacy NS ns1.dnshost.lab.\nlegacy NS ns2.dnshost.lab."),
        z("child-orphan", 'old NS a.{z}\na A 127.0.5.{i}\na TXT "v=spf1 -all"'),
        z("mx-gone", "@ MX 20 mx2.{z}"),
        z("mx-unregistered", "@ MX 20 mx.expired-brand.lab."),
        z("mx-alias", "@ MX 20 mx2.{z}\nmx2 CNAME mail.{z}"),
        z("mx-address", "@ MX 20 127.0.0.1."),
        z("srv-gone", "_xmpp-client._tcp SRV 0 5 5222 chat.{z}"),
        z("https-gone", "api HTTPS 1 gone.{z} alpn=h2"),
        z("spf-unregistered", "", spf="v=spf1 ip4:{mail} include:spf.expired-brand.lab -all"),
        z("mail-aliases", "s1._domainkey CNAME s1.dkim.expired-brand.lab.\n"
          "_acme-challenge CNAME acme.expired-brand.lab."),
        z("typo", "shop CNAME www.{z}{z}"),
    ]


def spf():
    def z(name, record, extra="", **more):
        return Zone(f"spf-{name}.lab", spf=record, extra=extra, **more)
    many = "\n".join(f's{n} TXT "v=spf1 ip4:127.0.34.{n} -all"' for n in range(1, 13))
    hosts = "\n".join(f'h{n} A 127.0.34.{n}\nh{n} TXT "v=spf1 -all"\nmany MX {n} h{n}.{{z}}' for n in range(1, 12))
    return [
        z("missing", None),
        z("multiple", ["v=spf1 ip4:{mail} -all", "v=spf1 a:mail.spf-multiple.lab -all"]),
        z("lookups", "v=spf1 " + " ".join(f"include:s{n}.spf-lookups.lab" for n in range(1, 13)) + " -all", many),
        z("loop", "v=spf1 ip4:{mail} include:a.spf-loop.lab -all", 'a TXT "v=spf1 include:spf-loop.lab -all"'),
        z("all-pass", "v=spf1 ip4:{mail} +all"),
        z("passthrough", "v=spf1 ip4:{mail} include:wide.mailer.lab -all"),
        z("include-missing", "v=spf1 ip4:{mail} include:note.spf-include-missing.lab -all", 'note TXT "no policy"'),
        z("syntax", "v=spf1 ip4:{mail} ,mx -all"),
        z("unknown", "v=spf1 ipv4:{mail} -all"),
        z("ip", "v=spf1 ip4:127.0.33.256 -all"),
        z("macro", "v=spf1 ip4:{mail} exists:%{y}.spf-macro.lab -all"),
        z("void", "v=spf1 a:v1.spf-void.lab a:v2.spf-void.lab a:v3.spf-void.lab -all"),
        z("redirect", "v=spf1 ip4:{mail} redirect=_spf.spf-redirect.lab -all", '_spf TXT "v=spf1 -all"'),
        z("non-ascii", "v=spf1 ip4:{mail} –mx -all"),
        z("version", "v=spf10 ip4:{mail} -all"),
        z("strings", Raw('"v=spf1 ip4:127.0.34.1" "-all"')),
        z("mx-over", "v=spf1 mx:many.spf-mx-over.lab -all", hosts + '\nmany TXT "v=spf1 -all"'),
        z("ptr", "v=spf1 ip4:{mail} ptr -all"),
        z("neutral", "v=spf1 ip4:{mail} ?all"),
        z("open-end", "v=spf1 ip4:{mail}"),
    ]


def dmarc():
    def z(name, record, extra="", **more):
        return Zone(f"dmarc-{name}.lab", dmarc=record, extra=extra, **more)

    def rua(name):
        return f"rua=mailto:dmarc@dmarc-{name}.lab"
    return [
        z("missing", None),
        z("multiple", [f"v=DMARC1; p=reject; {rua('multiple')}", f"v=DMARC1; p=none; {rua('multiple')}"]),
        z("none", f"v=DMARC1; p=none; {rua('none')}"),
        z("syntax", f"v=DMARC1; p=reject; =; {rua('syntax')}"),
        z("version", f"v=dmarc1; p=reject; {rua('version')}"),
        z("policy", f"v=DMARC1; p=block; {rua('policy')}"),
        z("psd", f"v=DMARC1; p=reject; psd=y; {rua('psd')}"),
        z("subdomains", f"v=DMARC1; p=reject; sp=none; {rua('subdomains')}"),
        z("testing", f"v=DMARC1; p=reject; t=y; {rua('testing')}"),
        z("reports", "v=DMARC1; p=reject; rua=mailto:reports@mailer.lab"),
        Zone("divergence.lab"),
        Zone("dept.divergence.lab", dmarc="v=DMARC1; p=reject; psd=n; rua=mailto:dmarc@dept.divergence.lab"),
        Zone("hostile-text.lab", servers=("nsd", "knot"),
             dmarc=b'v=DMARC1; p=<script>alert(1)</script>; rua=mailto:=cmd|\x1b[31m\x07,::error::x ##[error]\xff\xfe'),
    ]


def mail_and_rest():
    return [
        Zone("sts-unreachable.lab", extra='mta-sts A 127.0.35.1\nmta-sts TXT "v=spf1 -all"\n'
             '_mta-sts TXT "v=STSv1; id=20261101T000000;"'),
        Zone("sts-mx.lab", extra='mta-sts A {web}\nmta-sts TXT "v=spf1 -all"\n'
             '_mta-sts TXT "v=STSv1; id=20261101T000000;"', web=("mta-sts",)),
        Zone("caa-iodef.lab", caa=False, extra='@ CAA 0 iodef "mailto:hostmaster@caa-iodef.lab"'),
        Zone("tlsa-unsigned.lab", sign=None, extra="_25._tcp.mail TLSA 3 1 1 0D6FCE3FBB4E7C6F2B7C5C4F2A8E9D"
             "0123456789ABCDEF0123456789ABCDEF01"),
        Zone("private.lab", sign="nsec", extra='dev A 10.1.2.3\ndev TXT "v=spf1 -all"'),
        Zone("version.lab", servers=("nsd", "provider")),
        Zone("recursion.lab", servers=("nsd", "recursor")),
        Zone("ns-flood.lab", sign="nsec",
             extra="\n".join(f"big NS n{n}.victim.lab." for n in range(100))),
    ]


# Behaviours of hostile.py on one of two servers; those in BOTH also get a zone h2-... where both servers have it.
SIGNED_HOSTILE = (
    "forge-id", "forge-question", "forge-source", "forge-port", "forge-response-bit", "flood", "duplicate", "slow",
    "lose-first", "only-wrong-id", "only-other-source", "compression-loop", "lying-counts", "trailing",
    "two-opt", "tcp-refused", "tcp-torn", "tcp-slow", "tcp-bytes", "truncation-loop", "axfr-endless",
    "axfr-empty", "servfail", "refused", "no-aa", "upward", "no-udp", "silent", "lower-case", "ttl-countdown",
    "unrelated", "unknown-type", "recursing",
)
UNSIGNED_HOSTILE = ("edns-drop", "edns-formerr", "edns-ignored", "soa-missing")
BOTH = ("forge-id", "forge-question", "forge-source", "flood", "silent", "servfail", "compression-loop",
        "truncation-loop", "tcp-refused", "axfr-endless", "lose-first", "caa-servfail", "tlsa-drop")


def hostile():
    zones = [Zone(f"h-{b}.test", servers=("nsd", "hostile"), behaviour=b) for b in SIGNED_HOSTILE]
    zones += [Zone(f"h-{b}.test", servers=("nsd", "hostile"), behaviour=b, sign=None) for b in UNSIGNED_HOSTILE]
    zones += [Zone(f"h2-{b}.test", servers=("hostile", "hostile2"), behaviour=b) for b in BOTH]
    return zones


def zone_data():
    """Data that servers load without a word, and that only a look at the file shows to be wrong."""
    return [
        Zone("hidden-data.lab", sign=None, extra='sub NS ns1.{z}\nnews.sub TXT "v=spf1 -all"\nold.sub A {web}\n'
             "gone DS 1 13 2 0D6FCE3FBB4E7C6F2B7C5C4F2A8E9D0123456789ABCDEF0123456789ABCDEF01"),
        Zone("missing-dot.lab", sign=None, extra="shop CNAME shop.mailer.com.{z}\n_sip._tcp SRV 0 0 5060 sip.mailer.net.{z}"),
        Zone("odd-names.lab", sign=None, extra='xn--abc- TXT "v=spf1 -all"\n*.apps DNAME www.{z}\n'
             '_25._tcp.*.apps2 TXT "v=spf1 -all"'),
        Zone("wrong-digest.lab", sign=None, extra="@ ZONEMD 1 1 1 " + "00" * 48),
        Zone("no-glue.lab", sign=None, extra="sub NS ns9.{z}"),
    ]


def organisation():
    zones = (sound() + transfers() + delegations() + dnssec() + dangling() + spf() + dmarc() + mail_and_rest()
             + hostile() + zone_data())
    for index, zone in enumerate(zones, 1):
        zone.number(index)
        assert index < 200, "one octet numbers the zones"
    for zone in zones:
        for _, address in zone.ns:
            ipaddress.ip_address(address)
    return zones


if __name__ == "__main__":
    for entry in organisation():
        print(entry.index, entry.name, *entry.servers)
