"""Messages and relays at full size: storms, changed files, ticks, and the way to a mailbox.

    python benchmarks/bench_messages.py storm --seeds 20 --messages 30000
    python benchmarks/bench_messages.py changed --files 1000000
    python benchmarks/bench_messages.py tick
    python benchmarks/bench_messages.py ledger --messages 10000

Each prints figures and ends with an error where a claim does not hold.
"""

import argparse
import random
import time
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from nanoward.programme.messages.drafts import Draft, written_message
from nanoward.programme.messages.due import evaluate
from nanoward.programme.messages.rules import message_rules
from nanoward.programme.messages.threads import mailbox_of
from nanoward.programme.relays.bundle import BadBundleError
from nanoward.simulation.worlds.relay_storm import relay_storm
from nanoward.simulation.worlds.relay_storm_plan import StormPlan
from nanoward.wiring.messages import new_relay_keys

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def storm(seeds: int, messages: int) -> None:
    """Storms of the field page, with send-once beside."""
    totals: dict[str, float] = {}
    for seed in range(1, seeds + 1):
        begin = time.process_time()
        plan = StormPlan(seed=seed, messages=messages)
        found = relay_storm(plan, [new_relay_keys() for _ in range(plan.sites + 1)])
        print(seed, found, f"{time.process_time() - begin:.1f} CPU s", flush=True)
        for name, value in asdict(found).items():
            totals[name] = totals.get(name, 0) + value
        assert (found.lost, found.doubled, found.false_receipts, found.stale_receipts) == (
            0,
        ) * 4
        assert found.told == found.unanswered
        assert found.rollbacks_told == found.rollbacks
        assert found.accepted_bad == 0
    print("sums", totals)


def changed(files: int) -> None:
    """Files of one site, each changed otherwise: bytes, bits, length, parts of two files."""
    here, there = new_relay_keys(), new_relay_keys()
    chance = random.Random(19)
    good = [
        here.seal(b"x" * chance.randrange(1, 1500), sealing_key=there.sealing_key)
        for _ in range(200)
    ]
    begin, accepted, words = time.process_time(), 0, 0
    for n in range(files):
        content = changed_file(good, n, chance)
        try:
            there.open(content)
            accepted += 1
        except BadBundleError:
            pass
        words += b"nanoward" in content
    spent = time.process_time() - begin
    print(f"{files} changed files: {accepted} accepted, {words} with a word; {spent:.0f} CPU s")
    assert accepted == 0
    for one in good:
        there.open(one)


def changed_file(good: list[bytes], n: int, chance: random.Random) -> bytes:
    """Four in five: one byte other; the rest: several bytes, cut, grown, or of two files."""
    base = bytearray(good[n % len(good)])
    way = n % 10
    if way < 8:
        base[chance.randrange(len(base))] ^= 1 << chance.randrange(8)
    elif way == 8:
        for _ in range(chance.randrange(2, 20)):
            base[chance.randrange(len(base))] ^= chance.randrange(1, 256)
        if bytes(base) == good[n % len(good)]:
            base[0] ^= 1
    elif chance.random() < 0.5:
        other = good[chance.randrange(len(good))]
        cut = chance.randrange(1, min(len(base), len(other)))
        base = bytearray(base[:cut] + other[cut:])
        if bytes(base) in good:
            base[0] ^= 1
    else:
        cut = 256 * chance.randrange(0, len(base) // 256)
        base = base[:cut] if chance.random() < 0.5 else base + bytes(256)
    return bytes(base)


def tick() -> None:
    """10,000 messages to 200 roles, evaluated at one moment."""
    section = {
        "roles": {
            f"role-{n}": {
                "zone": ("Europe/Berlin", "America/New_York", "Asia/Tokyo")[n % 3],
                "duty": ["mon-fri 08:00-18:00"] if n % 2 else [],
            }
            for n in range(200)
        },
        "chains": {"default": ["role-1 30", "role-2 60", "role-3 60"]},
    }
    rules = message_rules(section, "Europe/Berlin")
    urgencies = ("now", "today", "week")
    entries = [
        written_message(
            Draft(sender="x", to=f"role-{n % 200}", kind=("safety notice", "task")[n % 2],
                  body="b", urgency=urgencies[n % 3]),
            f"m{n}",
            NOON - timedelta(minutes=n % 3000),
        )
        for n in range(10_000)
    ]  # fmt: skip
    begin = time.process_time()
    box = mailbox_of(entries)
    folded = time.process_time() - begin
    spent = []
    for minute in range(10):
        begin = time.process_time()
        seen = evaluate(box, rules, NOON + timedelta(minutes=minute))
        spent.append(time.process_time() - begin)
    print(f"10,000 messages, 200 roles: folded {folded:.3f} CPU s, a tick {min(spent):.3f} to"
          f" {max(spent):.3f} CPU s, {len(seen.notices)} notices due")  # fmt: skip
    assert min(spent) < 1.0


def ledger(messages: int) -> None:
    """A first tick that reads the ledger, and one a minute later that reads what is new."""
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from nanoward.flows.messages.message_book import MessageBook
    from nanoward.flows.messages.run_tick import run_tick
    from nanoward.wiring.messages import open_messages

    with TemporaryDirectory() as folder:
        (Path(folder) / "programme.toml").write_text('name = "p"\n')
        with open_messages(folder, quiet=True) as desk:
            now = desk.ports.clock.now()
            roles = list(desk.rules.roles)
            entries = [
                written_message(
                    Draft(sender="x", to=roles[n % len(roles)], kind="task", body="b",
                          urgency="week"),
                    f"{n:032x}",
                    now,
                )
                for n in range(messages)
            ]  # fmt: skip
            desk.ports.ledger.append(entries, actor="bench", at=now)
            book = MessageBook(desk.rules.site)
            for name in ("first", "next"):
                begin = time.process_time()
                summary = run_tick(desk, book)
                spent = time.process_time() - begin
                print(f"{name} tick over {messages} messages on a ledger: {spent:.2f} CPU s,"
                      f" {len(summary.told)} deliveries")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    ways = parser.add_subparsers(dest="way", required=True)
    one = ways.add_parser("storm")
    one.add_argument("--seeds", type=int, default=20)
    one.add_argument("--messages", type=int, default=30_000)
    two = ways.add_parser("changed")
    two.add_argument("--files", type=int, default=1_000_000)
    ways.add_parser("tick")
    three = ways.add_parser("ledger")
    three.add_argument("--messages", type=int, default=10_000)
    given = vars(parser.parse_args())
    {"storm": storm, "changed": changed, "tick": tick, "ledger": ledger}[given.pop("way")](
        **given
    )


if __name__ == "__main__":
    main()
