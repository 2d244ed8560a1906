"""`shoprelay simulate`: a shop that behaves like a real platform, faults included, on loopback."""

from typing import Annotated

import typer

from shoprelay_cli.console import WrongArgument
from shoprelay_simulators.clock import started, summer_time_ends, utc_now
from shoprelay_simulators.faults import Plan, parse
from shoprelay_simulators.happenings import SENDS_NONE, kinds
from shoprelay_simulators.living import run
from shoprelay_simulators.making import PLATFORMS, Wanted


def simulate(
    platform: Annotated[str, typer.Argument(help=f"One of {', '.join(PLATFORMS)}.")],
    *,
    port: Annotated[int, typer.Option(help="The port on 127.0.0.1; 0 takes a free one.")] = 0,
    seed: Annotated[int, typer.Option(help="The same seed makes the same shop.")] = 1,
    orders: Annotated[int, typer.Option(help="Orders at the beginning.")] = 60,
    products: Annotated[int, typer.Option(help="Products at the beginning.")] = 27,
    customers: Annotated[int, typer.Option(help="Customers at the beginning.")] = 13,
    changes_per_second: Annotated[float, typer.Option(help="How much happens in the shop.")] = 0.0,
    webhook_delay: Annotated[float, typer.Option(help="Seconds before a webhook leaves.")] = 0.0,
    faults: Annotated[
        str,
        typer.Option(
            help="What goes wrong, a request each: 503, 429:30 (Retry-After), slow:2, html, malformed, warning, drop; "
            "what happens in the shop before one: change, ties (one modified time), deleted (a product that was sold), "
            "expire (tokens); *3 repeats. For good: webhooks that are duplicate, late:60, reorder:60 or lost; "
            "fold (the clock goes back)."
        ),
    ] = "",
    faults_every: Annotated[int, typer.Option(help="Let the faults come again and again, one in so many requests.")] = 0,
) -> None:
    """Serve a shop that behaves like the real platform, until Ctrl-C; for trying things out and for testing other clients.

    The first line printed is JSON: the address and the credentials. POST /_simulator/step, pause and faults steer the shop;
    GET /_simulator/ledger tells what it knows of itself.

    Example: shoprelay simulate woocommerce --port 8800 --changes-per-second 2 --faults "429:5*3, drop" --faults-every 20
    """
    if platform not in PLATFORMS:
        raise WrongArgument(f"there is no {platform!r}; there are {', '.join(PLATFORMS)}", "platform")
    plan = _planned(platform, faults)
    clock = started(summer_time_ends(utc_now())) if plan.fold else utc_now
    shop = PLATFORMS[platform](Wanted(seed, orders, products, customers, webhook_delay, clock))
    run(shop, seed=seed, port=port, changes_per_second=changes_per_second, plan=plan, every=faults_every)


def _planned(platform: str, text: str) -> Plan:
    try:
        plan = parse(text)
    except ValueError as error:
        raise WrongArgument(str(error), "faults") from None
    if strange := plan.happenings - set(kinds(platform)):
        raise WrongArgument(f"{platform} has no {min(strange)!r}; it has {', '.join(kinds(platform))}", "faults")
    if plan.webhooks != "normal" and platform in SENDS_NONE:
        raise WrongArgument(f"{platform} sends no webhooks", "faults")
    return plan
