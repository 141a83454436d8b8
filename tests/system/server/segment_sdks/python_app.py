"""What an app in Python does: every call, then it waits until all is sent."""

import sys

from segment import analytics

host, packed = sys.argv[1:]
analytics.write_key = "write-key"
analytics.host = host
analytics.gzip = packed == "gzip"
analytics.on_error = lambda error, _: sys.exit(f"not sent: {error}")
analytics.identify("ada", {"email": "ada@example.com", "plan": "pro"})
analytics.track("ada", "Seen", {"price": 1.5})
analytics.page("ada", "Shop", "Home")
analytics.screen("ada", "App", "Start")
analytics.group("ada", "team", {"name": "Team"})
analytics.alias("anonymous", "ada")
analytics.flush()
sys.stdout.write("sent\n")
