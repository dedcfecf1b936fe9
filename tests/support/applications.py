"""Cases for tests: accounts, an application over the small mirror of support.projects, and the way to a granted case."""
import json

CVR = "29189846"
ACCOUNTS = {"anna": "applicant", "signe": "signatory", "karl": "caseworker", "dorte": "decision-maker"}

VISITS = ('[[grant]]\ntable = "TST.visit"\nvariables = ["pnr", "id", "day", "diagnosis"]\n'
          'period = { variable = "day", from = 2000-01-01, to = 2030-12-31 }\nreason = "Kontakter med diabetes."\n')
PERSONS = '[[grant]]\ntable = "TST.person"\nvariables = ["pnr"]\nreason = "Køn."\n'
ORDERED = '[[order]]\ntable = "TST.person"\nvariables = ["sex"]\n'
DIABETES = 'description = "Alle med diabetes"\nany = [ { table = "TST.visit", where = "diagnosis LIKE \'DE11%\'" } ]\n'


def ean():
    """A Danish location number whose last digit fits."""
    head = "579800000000"
    total = sum(int(digit) * (3 if i % 2 else 1) for i, digit in enumerate(head))
    return head + str(-total % 10)


def user(name, email=None, account=None):
    more = f', account = "{account}"' if account else ""
    return f'{{ name = "{name}", email = "{email or name.lower() + "@demo.example"}"{more} }}'


def application(grants=PERSONS + VISITS + ORDERED, population=DIABETES, users=(user("Ulla"),), signatory=user("Signe", account="signe"),
                period="{ from = 2020-01-01, to = 2099-12-31 }"):
    return f'''[application]
title = "Diabetes i Demo Kommune"
authority = {{ name = "Demo Kommune", cvr = "{CVR}" }}
applicant = {user("Anna")}
contact = {user("Anna")}
signatory = {signatory}
task = "En rapport om diabetes."
purpose = "Statistik over diabetes."
legal_basis = "Databeskyttelseslovens § 10"
necessity = "Uden kontakter kan de syge ikke tælles."
place = "Rådhuset"
period = {period}
users = [ {", ".join(users)} ]
payer = {{ name = "Demo Kommune", ean = "{ean()}" }}

[population]
{population}
{grants}'''


def settle(instance):
    """The institution and the people of a case."""
    instance.fvm("institution", "add", "Demo Kommune", "--cvr", CVR, "--recipient", "@demo.example")
    for name, role in ACCOUNTS.items():
        instance.fvm("user", "add", name, "--institution", CVR, "--role", role)


def write(instance, text):
    file = instance.path / "inbox" / "application.toml"
    file.write_text(text, encoding="utf-8")
    return file


def submit(instance, text=None):
    """A case that was handed in; its number."""
    made = instance.json("application", "new", write(instance, text or application()), user="anna")
    number = made["case"]
    instance.fvm("application", "submit", number, user="anna")
    return number


def decide(instance, number, check=True):
    """Assessed by karl, granted by dorte."""
    instance.fvm("application", "assign", number, "--to", "karl", user="karl")
    instance.fvm("application", "recommend", number, "approve", "--text", "Nødvendig", user="karl")
    return instance.fvm("application", "decide", number, "--approve", "--text", "Betingelserne er opfyldt", user="dorte", check=check)


def grant(instance, text=None):
    number = submit(instance, text)
    decide(instance, number)
    return number


def agreements(instance, number, user="anna"):
    return instance.json("application", "agreements", number, user=user)


def codes(instance, number):
    """Address -> the sentence that accepts what is new in the case, as our letters give it."""
    import sqlite3
    with sqlite3.connect(f"file:{instance.path}/store/fvm.sqlite?mode=ro", uri=True) as store:
        rows = store.execute("SELECT a.email, v.case_number, v.version, a.code FROM agreement a JOIN agreement_version v "
                             "ON v.project = a.project AND v.version = a.version WHERE v.case_number = ? ORDER BY v.version",
                             (number,)).fetchall()
    return {email: f"Jeg accepterer {case} version {version} med koden {code}" for email, case, version, code in rows}


def answer(instance, text, sender, check=True):
    """An answer by mail, as intake would hand it over."""
    file = instance.path / "inbox" / "answer.txt"
    file.write_text(text, encoding="utf-8")
    return instance.fvm("application", "accept-mail", "--from", sender, file, check=check)


def accept_all(instance, number):
    """Everybody accepts: the signatory logged in, the users by mail."""
    instance.fvm("application", "accept", number, user="signe")
    sentences = codes(instance, number)
    for each in agreements(instance, number)["agreements"]:
        if each["state"] == "open":
            answer(instance, sentences[each["email"]], each["email"])
