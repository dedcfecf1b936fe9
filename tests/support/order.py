"""In which order the files of tests are begun, and which of them more than one process may share.

A process takes a file as a whole, since its tests share an instance. Longest first, so that no process is left with a long one in the end.
"""
from xdist.scheduler import LoadScopeScheduling

# By the processor time that they take. A minute and more, then half a minute, then ten seconds: measured with two processors.
LONG = ("test_disclosure_sequences", "test_disclosure_split", "test_disclosure", "test_agreement_changes", "test_agreements", "test_agreement_crashes",
        "test_refresh", "test_ending", "test_storage", "test_disclosure_sums_apart", "test_deliver_crashes", "test_deliver", "test_disclosure_people", "test_project_life",
        "test_application_crashes", "test_path", "test_project", "test_population", "test_delta_mirror", "test_psql",
        "test_sandbox", "test_login")
# Tests that share nothing, not even an instance: each goes where a process is free.
APART = ("test_disclosure_sequences", "test_disclosure")

_place = {name: place for place, name in enumerate(LONG)}


def place(name):
    return _place.get(name, len(LONG))


class Scheduler(LoadScopeScheduling):
    def _split_scope(self, nodeid):
        file = nodeid.split("::")[0]
        return nodeid if file.rpartition("/")[2].removesuffix(".py") in APART else file
