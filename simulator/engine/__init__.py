"""The simulator without I/O: `simulator` holds the projects, `pipeline` has the steps of an API request.

`snapshot` turns all of it into bytes, and back.
"""
