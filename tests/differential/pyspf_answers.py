#!/usr/bin/python3
"""Results of Debian's python3-spf: reads [{"dns": {"name TYPE": [data] or "!"}, "ip", "helo", "sender"}], writes [[result, text]]."""
import json
import sys

import spf

table = {}


def lookup(name, qtype, strict=True, timeout=20):
    name = name.lower().rstrip(".")
    answers = []
    for _ in range(8):
        found = table.get(f"{name} {qtype}")
        if found == "!":
            raise spf.TempError("DNS SERVFAIL")
        if found is not None:
            for data in found:
                if qtype == "TXT":
                    data = [data.encode()]
                elif qtype == "MX":
                    preference, exchange = data.split()
                    data = (int(preference), exchange)
                answers.append(((name, qtype), data))
            return answers
        alias = table.get(f"{name} CNAME")
        if alias is None:
            return answers
        answers.append(((name, "CNAME"), alias[0]))
        name = alias[0].lower().rstrip(".")
    return answers


spf.DNSLookup = lookup
results = []
for case in json.load(sys.stdin):
    table = case["dns"]
    try:
        query = spf.query(i=case["ip"], s=case["sender"], h=case["helo"], strict=True)
        result, _, text = query.check()
        results.append([result, text])
    except Exception as error:  # its own fault, which the caller has to know of
        results.append(["exception", str(error)])
json.dump(results, sys.stdout)
