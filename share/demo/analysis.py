"""What an analyst might do: persons by sex and age group, once as it should be and once with small cells."""
import csv

import psycopg2

AGE_GROUPS = [(0, 39, "0-39"), (40, 49, "40-49"), (50, 59, "50-59"), (60, 69, "60-69"), (70, 79, "70-79"), (80, 200, "80+")]
SEXES = {"K": "Kvinder", "M": "Mænd"}

connection = psycopg2.connect("")  # PGHOST, PGPORT, PGDATABASE and PGUSER lead to the project's own session
cursor = connection.cursor()
cursor.execute("""
    SELECT c_kon, date_part('year', DATE '2025-12-31') - date_part('year', d_foddato) AS age, count(DISTINCT v_pnr)
    FROM cpr.t_person GROUP BY 1, 2""")
ages = [(sex, int(age), int(count)) for sex, age, count in cursor.fetchall() if age is not None]

with open("/outbox/table.csv", "w", newline="", encoding="utf-8") as out:
    writer = csv.writer(out)
    writer.writerow(["koen", "aldersgruppe", "antal"])
    for sex in sorted({sex for sex, _, _ in ages}):
        for low, high, name in AGE_GROUPS:
            count = sum(n for s, age, n in ages if s == sex and low <= age <= high)
            writer.writerow([SEXES.get(sex, sex), name, count if count >= 5 else "<5"])

with open("/outbox/small.csv", "w", newline="", encoding="utf-8") as out:
    writer = csv.writer(out)
    writer.writerow(["koen", "alder", "antal"])
    writer.writerows(sorted(ages))

print(sum(count for _, _, count in ages), "persons,", sum(1 for _, _, count in ages if count < 5), "ages with fewer than 5")
