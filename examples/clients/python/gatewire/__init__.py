# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT

"""A client for gatewire servers: Python 3.9 or later, standard library only.

    import gatewire

    with gatewire.Client("tcp://127.0.0.1:2014") as client:
        print(client.add(1, 2))                      # or client.call("add", a=1, b=2)
        for event in client.events("tick", "rb2405"):
            print(event.data)

`AsyncClient` is the same with `await`. Both keep a session: a lost connection is made again, calls
that were not answered are sent again and run once, missed events follow."""

from gatewire.version import __version__  # First: it refuses a Python that is too old.
from gatewire.client import (AsyncClient, Client, Contract, Core, Event, Gap, Options, Request,
                             RpcError, SessionInfo)

__all__ = ["AsyncClient", "Client", "Contract", "Core", "Event", "Gap", "Options", "Request",
           "RpcError", "SessionInfo", "__version__"]
