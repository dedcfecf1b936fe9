import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from support import order, shapes  # noqa: E402

shapes.watch()


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: order.place(item.path.stem))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return order.Scheduler(config, log)
