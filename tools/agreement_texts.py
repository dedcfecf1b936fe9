#!/usr/bin/env python3
"""Texts of agreements: share/agreements/LANGUAGE/NAME.md become one table in C++, so that the programs carry them along.

  agreement_texts.py ROOT OUT.cpp
"""
import json
import pathlib
import sys


def literal(text):
    """Pieces of at most 8 KiB: compilers need not take longer literals."""
    pieces = [text[i:i + 8000] for i in range(0, len(text), 8000)] or [""]
    return "\n        ".join(json.dumps(piece, ensure_ascii=False) for piece in pieces)


def main(root, out):
    rows = ""
    for path in sorted((root / "share" / "agreements").glob("*/*.md")):
        text = path.read_text(encoding="utf-8")
        rows += f"    {{{json.dumps(path.parent.name)}, {json.dumps(path.stem)},\n        {literal(text)}}},\n"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text('#include "agreement/texts.hpp"\nnamespace fvm::agreement {\nconst StandardText standard_texts[] = {\n' + rows +
                   "};\nconst unsigned standard_text_count = sizeof standard_texts / sizeof standard_texts[0];\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
