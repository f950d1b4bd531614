"""Bringing a person to the caller.

contract.py, contract_table.py   one hand-off, whatever happens; pure
queue.py, skills.py, erlang.py   who is offered to whom, and how long that takes; pure
brief.py, wrap_up.py             what the person reads before, and writes after
desk.py, desk_words.py           human agents in their browsers; rehearsal.py is the fake behind it
blind_transfer.py                REFER to one configured number; the caller is told how it went when it did not work
"""
