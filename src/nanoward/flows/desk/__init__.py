"""State of orders and kill codes folded from the ledger, and an order executed at a driver.

May import flows.steps, the rooms and ports.
"""
