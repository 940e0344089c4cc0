# SPDX-License-Identifier: BSD-2-Clause
"""validate_json.py SCHEMA FILE...: strict UTF-8, strict JSON, and our schema; .ndjson files line by line."""
import json
import sys

import jsonschema


def no_constant(word):
    raise ValueError(word)


def no_duplicates(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("duplicate member")
    return members


def load(octets):
    return json.loads(octets.decode("utf-8", "strict"), parse_constant=no_constant, object_pairs_hook=no_duplicates)


def main():
    schema = load(open(sys.argv[1], "rb").read())
    line = {"$ref": "#/definitions/line", "definitions": schema["definitions"]}
    validators = []
    for kind in (jsonschema.Draft202012Validator, jsonschema.Draft7Validator):
        kind.check_schema(schema)
        validators.append((kind(schema), kind(line)))
    for path in sys.argv[2:]:
        octets = open(path, "rb").read()
        if octets.startswith(b"\xef\xbb\xbf") or not octets.endswith(b"\n"):
            sys.exit(path + ": byte order mark, or no final line end")
        stream = path.endswith(".ndjson")
        for item in [load(x) for x in octets.splitlines()] if stream else [load(octets)]:
            for whole, one in validators:
                (one if stream else whole).validate(item)


main()
