"""nginx as operators are told to run it (share/nginx), on a free port with a certificate of the test's, in front of one of our programs."""
import http.client
import pathlib
import shutil
import socket
import ssl
import subprocess

from support.instance import ROOT, free_port
from support.mitid import certificate

WHY_NOT = None if shutil.which("nginx") else "nginx is missing: ./run setup"


def listens(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    except OSError:
        return False


class Front:
    """`site`: the file of share/nginx; `behind`: what it says in front of whom, and the port that is meant; `name`: the host name in it."""

    def __init__(self, folder, site, behind, name, changes=(), port=None):
        self.folder, self.port = pathlib.Path(folder), port or free_port()
        self.folder.mkdir()
        certificate(self.folder)
        text = (ROOT / "share" / "nginx" / site).read_text()
        for old, new in ((behind[0], f"127.0.0.1:{behind[1]}"), ("443 ssl", f"127.0.0.1:{self.port} ssl"), (f"{name};", "localhost;"),
                         (f"/etc/ssl/{name}.pem", str(self.folder / "tls.pem")), (f"/etc/ssl/private/{name}.key", str(self.folder / "tls.key")), *changes):
            assert old in text, old
            text = text.replace(old, new)
        (self.folder / site).write_text(text)
        (self.folder / "nginx.conf").write_text(
            f"daemon off; worker_processes 1; pid {self.folder}/pid; error_log {self.folder}/error.log; events {{ worker_connections 512; }}\n"
            f"http {{ access_log {self.folder}/access.log; client_body_temp_path {self.folder}/body; proxy_temp_path {self.folder}/proxy; "
            f"fastcgi_temp_path {self.folder}/f; uwsgi_temp_path {self.folder}/u; scgi_temp_path {self.folder}/s; include {site}; }}\n")
        self.process = subprocess.Popen(["nginx", "-p", str(self.folder), "-c", str(self.folder / "nginx.conf")], stderr=subprocess.DEVNULL)
        self.trusted = ssl.create_default_context(cafile=self.folder / "ca.pem")

    def stop(self):
        self.process.terminate()
        self.process.wait(10)

    def connect(self):
        return self.trusted.wrap_socket(socket.create_connection(("127.0.0.1", self.port), timeout=20), server_hostname="localhost")

    def http(self):
        return http.client.HTTPSConnection("localhost", self.port, context=self.trusted, timeout=30)

    def get(self, path, headers=None):
        connection = self.http()
        connection.request("GET", path, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
