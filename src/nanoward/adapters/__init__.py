"""Adapters: the concrete parts behind the ports. Only wiring imports them."""
