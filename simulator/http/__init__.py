"""HTTP begins and ends here; everything else sees a `Request` and gives a `Reply`.

`server` listens, `proxy` leads Iterable's hosts to it, `in_process` is the same for httpx without a socket.
`control_access` says who may use the control surface, `tls` makes certificates, `error_log` says what went wrong.
"""
