"""What a flow may have done outside the call: tickets, their status, links by text message, call-backs.

Act (dialogs.vocabulary) ──► ports.Actions ──► local.py   our own database
                                            └► http.py    the operator's system, see docs/actions.openapi.yaml
"""
