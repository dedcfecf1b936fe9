"""refresh: a project brought up to date after a delivery of one per cent more rows, against its whole build; and many projects at once.

`full_ratio`: `fvm project refresh` after the delivery ÷ `fvm project build`, both the whole command; medians. `fixed_seconds`: the same
refresh when the delivery has ten rows, so what any refresh costs; `moving_ratio` is full_ratio without it. `population_ratio`: one per
cent more persons came too, four in ten of them into the population; `population_fixed_seconds`: ten persons came and nothing else, so what
any refresh costs that asks who is in the population; `population_moving_ratio` is population_ratio without it. `population_first_seconds`:
the first of them, in which the lists of numbers of the mirror's files are made, once for all projects. `projects`: so many
projects, each with a hundredth of the persons, refreshed by one `fvm project refresh --all` after a delivery of one per cent.
`sum_ratio`: its time ÷ the sum of what each of them takes refreshed alone (measured on a tenth of them).
"""
import argparse
import contextlib
import datetime
import statistics
import time

import support
import project_mirror
from project_mirror import PERSONS, VISITS, add_file, commit
from support.instance import Instance


class Bench:
    def __init__(self, instance, place, rows):
        self.instance, self.place, self.rows = instance, place, rows
        self.persons = max(1000, rows // 10)
        self.people, self.visits = project_mirror.fill(instance, place, rows)
        self.last, self.last_person = rows, self.persons

    def deliver(self, rows):
        query = VISITS.format(persons=self.persons, first=self.last, last=self.last + rows)
        commit(self.visits, [add_file(self.visits, f"part-{self.last}.parquet", query)])
        self.last += rows

    def deliver_persons(self, rows):
        query = PERSONS.format(first=self.last_person, last=self.last_person + rows)
        commit(self.people, [add_file(self.people, f"part-{self.last_person}.parquet", query)])
        self.last_person += rows

    def timed(self, *arguments):
        start = time.perf_counter()
        self.instance.fvm("project", *arguments, timeout=3600)
        return time.perf_counter() - start

    def after_delivery(self, rows, number):
        self.deliver(rows)
        return self.timed("refresh", number)

    def after_persons(self, rows, number):
        self.deliver_persons(self.persons // 100)
        return self.after_delivery(rows, number)

    def after_ten_persons(self, number):
        self.deliver_persons(10)
        return self.timed("refresh", number)

    def one(self, times):
        number = "BNC-2026-0001"
        project_mirror.create(self.instance, self.place, number)
        full = statistics.median(self.timed("build", number) for _ in range(times))
        change = statistics.median(self.after_delivery(self.rows // 100, number) for _ in range(times))
        came = [self.after_persons(self.rows // 100, number) for _ in range(times)]
        persons = statistics.median(came)
        fixed = statistics.median(self.after_delivery(10, number) for _ in range(times))
        ten = statistics.median(self.after_ten_persons(number) for _ in range(times))
        refreshed = self.instance.json("project", "show", number)["tables"][0]["rows"]
        self.timed("build", number)
        if self.instance.json("project", "show", number)["tables"][0]["rows"] != refreshed:
            raise SystemExit("refresh: another number of rows than a whole build")
        return full, change, persons, fixed, ten, came[0]

    def many(self, projects):
        """Seconds for all at once, and the sum of each alone."""
        numbers = [f"BNC-2026-{1000 + i}" for i in range(projects)]
        for i, number in enumerate(numbers):
            first = datetime.date(1940, 1, 1) + datetime.timedelta(days=182 * i)
            project_mirror.create(self.instance, self.place, number, first, first + datetime.timedelta(days=182))
            self.timed("build", number)
        self.instance.fvm("project", "close", "BNC-2026-0001")
        self.deliver(self.rows // 100)
        sample = numbers[::10] or numbers
        alone = statistics.mean(self.timed("refresh", number) for number in sample)
        self.deliver(self.rows // 100)
        for number in sample:  # so that each has the same one delivery before it
            self.timed("refresh", number)
        for number in set(numbers) - set(sample):
            self.timed("refresh", number)
        self.deliver(self.rows // 100)
        return self.timed("refresh", "--all"), alone * projects


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rows", type=int, default=20_000_000)
    arguments.add_argument("--times", type=int, default=3)
    arguments.add_argument("--projects", type=int, default=100)
    options = arguments.parse_args()
    with contextlib.ExitStack() as stack:
        place = stack.enter_context(support.folder())
        instance = stack.enter_context(Instance(place / "i"))
        bench = Bench(instance, place, options.rows)
        full, change, persons, fixed, ten, first = bench.one(options.times)
        line = (f"refresh rows={options.rows} change=0.01 full_ratio={change / full:.3f} full_seconds={full:.2f} seconds={change:.3f} "
                f"fixed_seconds={fixed:.3f} moving_ratio={(change - fixed) / full:.3f} population_ratio={persons / full:.3f} "
                f"population_seconds={persons:.3f} population_fixed_seconds={ten:.3f} population_moving_ratio={(persons - ten) / full:.3f} population_first_seconds={first:.3f}")
        if options.projects > 0:
            together, alone = bench.many(options.projects)
            line += f" projects={options.projects} sum_ratio={together / alone:.2f} all_seconds={together:.2f} sum_seconds={alone:.2f}"
        print(line)


main()
