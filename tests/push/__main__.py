"""`python -m tests.push`: the fake Web Push service, for development and benchmarks.

It speaks HTTP/2 alone. `POST /subscribe` makes a browser and answers its subscription, for
`POST /devices`; what is pushed to it is printed, decrypted. With `--blind` it takes everything for
everybody and looks at nothing.
"""

from __future__ import annotations

import argparse
import json
import signal

from tests.push.browsers import WebPushService
from tests.push.company import as_json, open_for_business
from tests.push.http2 import Answer, Reply, Request


class Talkative(WebPushService):
    def take(self, request: Request) -> Answer:
        if (request.method, request.path) == ("POST", "/subscribe"):
            name, subscription = self.subscribe()
            print(f"{name} subscribed", flush=True)
            return as_json(201, subscription)
        before = len(self.arrived)
        answer = super().take(request)
        for push in self.arrived[before:]:
            print(push.device, json.dumps(push.content, ensure_ascii=False), flush=True)
        self.arrived.clear()
        return answer


class Blind(WebPushService):
    def answer(self, request: Request) -> Answer:
        return Reply(201)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.push", description=__doc__)
    parser.add_argument("--port", type=int, default=8030)
    parser.add_argument("--blind", action="store_true")
    given = parser.parse_args()
    service = Blind() if given.blind else Talkative()
    with open_for_business(service, given.port):
        print(f"a Web Push service at {service.url}", flush=True)
        signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    main()
