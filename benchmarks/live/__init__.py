"""What ``live_traffic.py`` is made of: a server, a service, its writers, and what is measured."""
