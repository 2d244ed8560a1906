"""`python -m shoprelay_simulators run --platform woocommerce --seed 7 --port 0 --changes-per-second 2`."""

import argparse

from shoprelay_simulators.faults import Plan
from shoprelay_simulators.living import run
from shoprelay_simulators.making import PLATFORMS, Wanted


def main() -> None:
    options = _options()
    size = Wanted(options.seed, options.orders, options.products, options.customers, options.webhook_delay)
    shop = PLATFORMS[options.platform](size)
    run(shop, seed=options.seed, port=options.port, changes_per_second=options.changes_per_second, plan=Plan())


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m shoprelay_simulators")
    command = parser.add_subparsers(dest="command", required=True).add_parser("run", help="serve one shop until SIGTERM")
    command.add_argument("--platform", choices=PLATFORMS, required=True)
    for name, kind, default in (("seed", int, 1), ("port", int, 0), ("orders", int, 60), ("products", int, 27)):
        command.add_argument(f"--{name}", type=kind, default=default)
    command.add_argument("--customers", type=int, default=13)
    command.add_argument("--changes-per-second", type=float, default=0.0)
    command.add_argument("--webhook-delay", type=float, default=0.0, help="seconds")
    return parser.parse_args()


if __name__ == "__main__":
    main()
