"""What the service offers inside a session: safe tables (fvm_tables), and what sending a file home would lead to.

    import fvm
    fvm.outbox()             # prints what lies in /outbox: leaves at once, goes to a person, is stopped; and why, cell by cell
    fvm.outbox("t.xlsx")     # one file, or a list: then also what they tell together
"""
from fvm_tables import *  # noqa: F403
from fvm_tables import __all__ as _tables
from fvm_tables import _Answer, _call

__all__ = [*_tables, "Outbox", "outbox"]


class Outbox(_Answer):
    """`rows`: dicts, one for each finding, one for a file without any; `answers`: file -> leaves, question, person, refused, pending or
    unknown; `notices`. While an answer is pending, `so_far` of its rows says what is known already. It gives no right: sending looks again."""

    @property
    def answers(self):
        return {row["file"]: row["answer"] for row in self.rows if row["file"] is not None}

    def __len__(self):
        return len(self.answers)

    def __repr__(self):
        return f"<Outbox: {', '.join(f'{file}: {answer}' for file, answer in self.answers.items()) or 'empty'}>"

    def __str__(self):
        lines, shown = [], object()
        for row in self.rows:
            if row["file"] != shown:
                shown = row["file"]
                lines.append(row["meaning"] if shown is None else f"{shown}: {row['meaning']}")
            if row["what_to_do"]:
                lines.append(f"  [{row['severity']}] {row['what_to_do']}")
        return "\n".join(lines + self.notices)


def outbox(file=None, wait=True, show=True):
    """What sending `file` (a name or a list; without it, everything in /outbox) would lead to. `wait=False`: as it is now, without
    waiting up to two seconds for what is still looked at. Raises Refused."""
    columns, values, notices, _ = _call("outbox", dict(file=file, wait="yes" if wait else "no"))
    told = Outbox(columns, values, notices)
    if show:
        print(told)
    return told
