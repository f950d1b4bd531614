"""Legs made by real SIP calls, on the baresip stack embedded in this process.

    settings.py   what an endpoint needs to know, as plain data
    endpoint.py   one baresip runtime: user agents, incoming calls, dialling out
    leg.py        one SIP call as a CallLeg
    peers.py      the allow-list of peers, by the address their packets come from
    transfer.py   SIP status → TransferOutcome

One runtime a process; if its SIP thread dies, the process has to be restarted (``SipEndpoint.died``).
"""
