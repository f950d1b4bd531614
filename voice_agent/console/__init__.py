"""What can be seen from outside over HTTP.

status.py   what the pages ask the running system
http.py     /healthz, /readyz, /, /api/status
page.py     the status page, in Korean
server.py   uvicorn inside our loop
"""
