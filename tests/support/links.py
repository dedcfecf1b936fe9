"""A house whose institution gets its results as one-time links, and what stands in its mails."""
import json
import re

from support.cases import ask_socket
from support.house import House

URL = "https://portal.example.dk"


class LinkHouse(House):
    before_portal = staticmethod(lambda: None)

    def __enter__(self):
        super().__enter__()
        self.configure(**{"portal.public_url": f'"{URL}"'})
        self.instance.fvm("institution", "delivery", "10150817", "link", user="olga")
        self.stop("fvm-courier")
        self.start("fvm-courier")
        self.before_portal()
        self.portal()
        return self

    def mailed(self, name="tabel.csv", content="gruppe;antal\nA;120\nB;55\n", **more):
        """Approved and mailed as a link: its number and token."""
        number = self.sent_for_review(name, content, **more)
        self.approve(number)
        self.wait_for_state(number, "sent")
        return number, self.token(number)

    def token(self, number):
        found = [re.search(rf"{re.escape(URL)}/hent/{number}#([0-9a-f]{{64}})\s", mail.get_body().get_content()) for mail in self.mail.mails()
                 if number in mail["Subject"]]
        return [each.group(1) for each in found if each][-1]

    def link(self, number, token, user="eve", what="", method="POST", **headers):
        """(status, headers, body) of the link's routes."""
        return ask_socket(self.instance, method, f"/api/v1/links/{number}{what}", user, json.dumps({"token": token}) if method == "POST" else None, **headers)

    def fetch(self, number, token, user="eve", position=1, **headers):
        return self.link(number, token, user, f"/files/{position}", **headers)

    def why(self, answer):
        """The code of a refusal; "" for what was given."""
        status, _, body = answer
        return "" if status == 200 else json.loads(body)["type"].removeprefix("urn:fvm:problem:")
