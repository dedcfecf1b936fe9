"""One file, or one request of several, that must not leave by itself."""
import dataclasses

CPR = "010203-1235"  # nobody has it: born 1903, fails modulus 11
PLAIN = CPR.replace("-", "")
BLOCK, PERSON = "block", "person"


@dataclasses.dataclass
class Case:
    rule: str        # the finding that must be among those of its files, or the request is refused
    technique: str
    name: str
    content: bytes
    by: str = BLOCK  # the weight of that finding: refused at once, or at least shown to a person
    more: dict = dataclasses.field(default_factory=dict)  # other files of the same request

    def files(self):
        return {self.name: self.content, **self.more}


def case(rule, technique, name, content, by=BLOCK, more=None):
    as_bytes = lambda body: body if isinstance(body, bytes) else body.encode()
    return Case(rule, technique, name, as_bytes(content), by, {n: as_bytes(b) for n, b in (more or {}).items()})


def rows(*lines, mark=";"):
    return "".join(mark.join(str(cell) for cell in line) + "\n" for line in lines)


def persons(count=40):
    """Made-up individuals as an extract would give them: sex, date of birth, municipality, diagnosis, days."""
    diagnoses, places = ("DE119", "DJ459", "DI109", "DF329", "DC509"), (101, 147, 461, 751, 851)
    for i in range(count):
        yield ("MK"[i % 2], f"{1 + i * 7 % 28:02}-{1 + i * 5 % 12:02}-{1940 + i * 11 % 60}", places[i * 3 % 5], diagnoses[i * 2 % 5], i * 13 % 90)


PERSON_HEADER = ("koen", "foedselsdato", "kommune", "diagnose", "dage")
