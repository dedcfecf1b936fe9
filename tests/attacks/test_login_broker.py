"""Attacks on logging in, from the broker's side: npm oidc-provider, whose tokens tests/oidc/faults.mjs makes wrong in one way at a time. Before and
after each fault the honest login of the same person succeeds: that is the positive control. Then what is a broker's good right: other names for its
claims, other signatures, new keys, a clock that is a little off; and where each of these ends."""
import re
import time

import pytest

from support import mitid
from support.instance import Instance
from support.mitid import Broker, person

pytestmark = pytest.mark.skipif(mitid.reason_why_not() is not None, reason=mitid.reason_why_not() or "")

PASSWORD = "fire ord uden sammenhaeng"


# Claims of the other broker that are no login: whose, and what is wrong.
OTHERS_WRONG = {"private": {"slags": "privat"}, "low": {"niveau": "2"}, "no_level": {"niveau": None}, "flat": {"erhverv.organisation": "29189846"},
                "number": {"erhverv.organisation": {"cvr": 29189846}}, "nameless": {"erhverv.uuid": ""}}


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    folder = tmp_path_factory.mktemp("attack-broker")
    persons = [person("anna"), mitid.person_in_other_names("anders", like="anna"), person("stranger", cvr="10000009"),
               *(mitid.person_in_other_names(name, like="anna", **wrong) for name, wrong in OTHERS_WRONG.items())]
    with Instance(folder / "i", up=False) as instance, Broker(folder / "broker", f"http://127.0.0.1:{instance.port}", persons) as broker:
        broker.settings(instance)
        instance.fvm("institution", "add", "Demo Kommune", "--cvr", "29189846")
        instance.fvm("user", "add", "anna", "--institution", "29189846", "--role", "applicant")
        instance.up()
        town = Town(instance, broker)
        instance.wait_for(lambda: town.reachable())
        mitid.Browser.first_day(instance, broker, "anna", PASSWORD)
        yield town


class Town(mitid.Site):
    def gets_in(self, name="anna", user="anna"):
        """Through MitID and the password."""
        browser = self.browser()
        page = browser.mitid(name)
        return page.status == 200 and browser.password(user, PASSWORD).status == 200

    def is_believed(self, name="anna", start="/login/mitid", browser=None):
        """MitID alone: what the token says is taken, or refused with a page that says so."""
        page = (browser or self.browser()).mitid(name, start)
        assert page.status in (200, 403), page.text
        return page.status == 200

    def refusals(self):
        """Why tokens were refused, as the ledger says."""
        records = (line for line in self.instance.fvm("audit", "export").stdout.splitlines() if '"login.refused"' in line)
        return [re.search(r'"reason":\s*"([^"]+)"', line)[1] for line in records]

    def with_settings(self, **values):
        self.broker.settings(self.instance, **values)
        self.instance.down()
        self.instance.up()
        self.instance.wait_for(lambda: self.reachable())


FAULTS = ["issuer", "issuer_slash", "audience", "audience_many", "authorized_party", "nonce", "nonce_missing", "expired", "expiry_missing", "issued_later",
          "issued_long_ago", "not_yet", "access_token_hash", "access_token_hash_missing", "assurance_low", "assurance_missing", "private_person",
          "cvr_unknown", "cvr_missing", "professional_missing", "key_of_another", "key_unknown", "key_in_the_header", "algorithm_none",
          "algorithm_none_with_signature", "shared_secret", "client_secret", "algorithm_not_listed", "content_changed", "critical_header", "rubbish",
          "token_missing", "token_of_yesterday"]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_token_with_one_thing_wrong(town, fault):
    assert town.gets_in()  # also makes the token of yesterday
    town.broker.control(fault=fault)
    try:
        browser = town.browser()
        page = browser.mitid("anna")
        assert page.status == 403 and "login-password" not in page.text, fault
        assert browser.way()["stage"] == "none" and browser.password("anna", PASSWORD).status == 401
    finally:
        town.broker.control(fault=None)
    assert town.gets_in()


def test_a_step_up_that_the_provider_answers_from_memory(town):
    browser = town.browser()
    browser.log_in("anna", PASSWORD)
    town.broker.control(fault="looked_long_ago")
    try:
        assert browser.mitid("anna", "/login/step-up").status == 403
        assert town.gets_in()  # for logging in, an earlier login at the provider will do
    finally:
        town.broker.control(fault=None)
    assert browser.mitid("anna", "/login/step-up").status == 200


def test_an_institution_without_an_agreement(town):
    page = town.browser().mitid("stranger")
    assert page.status == 403 and "10000009" in page.text and "login-password" not in page.text


# With a skew of 60 seconds, and tokens that are at most 600 seconds old: what is just inside, and what is just outside. A second or two pass on the way.
EDGES = [({"exp": -56}, {"exp": -61}, "oidc.expired"), ({"iat": 59}, {"iat": 65}, "oidc.issued"), ({"iat": -656}, {"iat": -661}, "oidc.issued"),
         ({"nbf": 59}, {"nbf": 65}, "oidc.issued")]


@pytest.mark.parametrize("inside, outside, why", EDGES)
def test_a_clock_may_be_off_by_so_much_and_no_more(town, inside, outside, why):
    try:
        town.broker.control(times=inside)
        assert town.is_believed()
        town.broker.control(times=outside)
        assert not town.is_believed() and town.refusals()[-1] == why
    finally:
        town.broker.control(times=None)


def test_a_step_up_is_as_new_as_the_clocks_allow(town):
    browser = town.browser()
    browser.log_in("anna", PASSWORD)
    try:
        for seconds, believed in ((-50, True), (-70, False)):
            town.broker.control(times={"auth_time": seconds})
            browser.cookies["broker"] = {}
            assert browser.mitid("anna", "/login/step-up").status == (200 if believed else 403), seconds
    finally:
        town.broker.control(times=None)


def test_new_keys_at_the_broker(town):
    """Its keys are fetched when a token names one that is not known, and no oftener than every ten seconds, whoever names what."""
    assert town.is_believed()
    asked = lambda: town.broker.control()["keys_asked"]
    before = asked()
    town.broker.control(rotate="announced")  # as brokers do: published first, used later
    assert town.is_believed() and asked() == before, "signed with the old one, which is known"
    time.sleep(11)
    town.broker.control(rotate=True)
    assert town.gets_in() and asked() == before + 1
    for fault in ("key_of_before", "key_unknown", "key_of_before", "key_unknown"):
        town.broker.control(fault=fault)
        assert not town.is_believed() and town.refusals()[-1] == "oidc.key_unknown", fault
    town.broker.control(fault=None)
    assert asked() == before + 1, "the broker is not flooded on behalf of somebody's tokens"
    assert town.is_believed()


@pytest.mark.parametrize("algorithm, taken", [("PS256", True), ("ES256", True), ("RS384", False), ("PS384", False), ("ES384", False), ("EdDSA", False),
                                              ("RS256", True)])
def test_signatures_that_the_broker_makes_itself(town, algorithm, taken):
    """Not faults: oidc-provider signs with a key that it publishes, as the client is registered."""
    town.broker.control(algorithm=algorithm)
    try:
        assert town.is_believed() == taken
        assert taken or town.refusals()[-1] in ("oidc.algorithm", "oidc.malformed")
        assert not taken or town.gets_in()
    finally:
        town.broker.control(algorithm="RS256")


def test_other_names_for_the_claims_and_narrower_settings(town):
    """Another broker's words, only ES256, and a clock that may be off by 5 seconds: one is let in by them, and no longer by the usual ones."""
    assert town.gets_in("anna") and not town.is_believed("anders"), "the control: with the usual settings it is the other way round"
    town.with_settings(**mitid.OTHER_NAMES, algorithms=["ES256"], skew_seconds=5)
    try:
        assert not town.is_believed("anders"), "signed with RS256"
        assert town.refusals()[-1] == "oidc.algorithm"
        town.broker.control(algorithm="ES256")
        assert town.gets_in("anders") and not town.is_believed("anna")
        wrong = {name: (town.is_believed(name), town.refusals()[-1]) for name in OTHERS_WRONG}
        assert wrong == {"private": (False, "oidc.not_professional"), "low": (False, "oidc.assurance"), "no_level": (False, "oidc.assurance"),
                         "flat": (False, "oidc.cvr_missing"), "number": (False, "oidc.cvr_missing"), "nameless": (False, "oidc.professional_missing")}
        town.broker.control(times={"exp": -20})
        assert not town.is_believed("anders")
    finally:
        town.broker.control(algorithm="RS256", times=None)
        town.with_settings(claim_professional="nemlogin.persistent_professional_id", claim_cvr="nemlogin.cvr", claim_identity_type="identity_type",
                           claim_assurance="loa", identity_type="professional", assurance=[mitid.SUBSTANTIAL], algorithms=["RS256", "PS256", "ES256"],
                           skew_seconds=60)
    assert town.gets_in("anna")


def test_a_discovery_document_that_leads_elsewhere(tmp_path):
    """What is refused is not kept: the next one asks anew."""
    with Instance(tmp_path / "i", up=False) as instance, Broker(tmp_path / "b", f"http://127.0.0.1:{instance.port}", [person("anna")]) as broker:
        broker.settings(instance)
        instance.up()
        town = Town(instance, broker)
        instance.wait_for(lambda: town.reachable())
        for fault in ("issuer", "keys_elsewhere", "token_elsewhere", "huge", "redirects"):
            broker.control(fault=f"discovery_{fault}")
            assert town.browser().request("/login/mitid").status in (403, 503), fault
        broker.control(fault=None)
        assert town.browser().request("/login/mitid").status == 303  # the control


def test_a_broker_with_another_certificate(tmp_path):
    with Instance(tmp_path / "i", up=False) as instance, Broker(tmp_path / "b", f"http://127.0.0.1:{instance.port}", [person("anna")]) as broker:
        broker.settings(instance)
        instance.setting(f'ca_file = "{broker.folder / "ca.pem"}"', 'ca_file = "/etc/ssl/certs/ca-certificates.crt"')
        instance.up()
        town = Town(instance, broker)
        instance.wait_for(lambda: town.reachable())
        assert town.browser().request("/login/mitid").status == 503
