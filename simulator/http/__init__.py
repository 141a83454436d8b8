"""HTTP begins and ends here: the aiohttp server, the proxy in front of it, and httpx in process."""
