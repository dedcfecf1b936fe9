import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from support import shapes  # noqa: E402

shapes.watch()

# Files that take longest, longest first: begun first, so that no process is left with one of them at the end.
LONG = ("test_refresh", "test_agreements", "test_ending", "test_storage", "test_agreement_changes", "test_deliver_crashes", "test_deliver",
        "test_project_life", "test_application_crashes", "test_path", "test_project", "test_population", "test_delta_mirror", "test_psql",
        "test_sandbox", "test_login")


def pytest_collection_modifyitems(items):
    rank = {name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: rank.get(item.path.stem, len(LONG)))
