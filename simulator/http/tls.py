"""Certificates for as long as the simulator runs, so that clients can speak HTTPS to it."""

from __future__ import annotations

import ssl
from typing import Final

import trustme

#: Under these names and addresses clients reach a simulator on their own machine.
LOCAL_NAMES: Final = ("127.0.0.1", "::1", "localhost")


class Authority:
    """A certificate authority that signs for one run of the simulator; its private key stays in memory."""

    def __init__(self) -> None:
        self._authority = trustme.CA(organization_name="iterable-harness")

    @property
    def certificate(self) -> str:
        """The authority's own certificate in PEM, which clients are told to trust."""
        return self._authority.cert_pem.bytes().decode("ascii")

    def context(self, *names: str) -> ssl.SSLContext:
        """What a server that answers under some names and addresses speaks TLS with.

        Only HTTP/1.1 is offered, because that is all that the simulator speaks.

        Raises:
            ValueError: A name cannot stand in a certificate.
        """
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_alpn_protocols(["http/1.1"])
        self._authority.issue_cert(*names).configure_cert(context)
        return context
