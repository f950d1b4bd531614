"""Who is at the other end.

passwords.py  argon2id             totp.py    codes of six digits
limiter.py    failed sign-ins      sessions.py  signed-in browsers, kept by the server
sign_in.py    name, password, code → session      keys.py  API keys
oidc.py       an identity provider instead of passwords
gate.py       every request and WebSocket passes here first
"""
