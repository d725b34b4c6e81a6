"""The random walk at length, on engines of its own: `python -m tests.feed --steps 100000`."""

from __future__ import annotations

import argparse
import time

from tests.conftest import clear_ground, lay_ground


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    lay_ground()
    try:
        _walk(given.steps, given.seed)
    finally:
        clear_ground()


def _walk(steps: int, seed: int) -> None:
    from feed.services.auditing import audit
    from tests.feed import walk
    from tests.people import make_person

    people = [int(make_person("http://nowhere", f"walker{number}").id) for number in range(4)]
    begun = time.monotonic()
    walk.run(people, steps, seed, every=200, alone=True)
    found = audit()
    assert not any(found.values()), found
    print(f"{steps} steps, seed {seed}: 0 differences in {time.monotonic() - begun:.0f} s")


if __name__ == "__main__":
    main()
