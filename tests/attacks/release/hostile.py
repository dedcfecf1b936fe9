"""All files that must be stopped: those of the two attack suites and one for each technique of `docs/architecture/0010-release.md`."""
import test_release_evasions
import test_release_files

from . import hostile_careless, hostile_everyday, hostile_office, hostile_others, hostile_pages, hostile_pdf, hostile_sly, hostile_tables, hostile_text, hostile_within
from .case import PERSON, case

GROUPS = (hostile_text.identifiers, hostile_text.individuals, hostile_text.crowds, hostile_text.disguises, hostile_tables.small_counts, hostile_tables.worked_out, hostile_tables.extremes,
          hostile_office.workbooks, hostile_office.contradictions, hostile_office.relations, hostile_office.documents, hostile_pdf.shown_numbers, hostile_pdf.tables, hostile_pdf.carried, hostile_pdf.unread, hostile_pages.pages, hostile_pages.notes,
          hostile_pages.drawings, hostile_pages.pictures, hostile_pages.code, hostile_pages.logs, hostile_pages.notebooks, hostile_others.cases, hostile_careless.cases, hostile_sly.cases, hostile_within.cases, hostile_everyday.cases)


def all_cases():
    for group in GROUPS:
        yield from group()
    for suite in (test_release_files, test_release_evasions):
        for technique, (name, content, rule, *_) in suite.BLOCKED.items():
            yield case(rule, technique, name, test_release_files.content_of(content))
        for technique, (name, content, rule) in suite.SHOWN.items():
            yield case(rule, technique, name, content, PERSON)


def cases():
    """Each once: the suites have some that are here too."""
    seen = set()
    for each in all_cases():
        key = (each.rule, each.technique, each.name, each.content)
        if key not in seen:
            seen.add(key)
            yield each
