"""The programme's routers: rounds, findings, visits, agreements, messages, council, cases."""
