"""`shoprelay explain`: which raw records gave a document its present value, and why others did not."""

import json
from typing import Annotated

import typer

from services.normalizer.protocol import GROUP
from shoprelay_cli.console import AsJson, InProject, WrongArgument, chosen, id_of, within
from shoprelay_cli.explain_screen import About, bar, print_
from shoprelay_cli.explain_summary import summary
from shoprelay_cli.explaining import Explanation
from shoprelay_relays.registry import RELAYS
from shoprelay_runtime.projects import Projects
from shoprelay_runtime.rawreading import open_log
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store
from shoprelay_schema.documents import COLLECTIONS, SHOP_COLLECTIONS
from shoprelay_schema.documents.base import attributes


def explain(
    collection: Annotated[str, typer.Argument(help="Such as orders, customers or variants.", metavar="COLLECTION")],
    document: Annotated[str, typer.Argument(help="Its _id: 24 hexadecimal digits.", metavar="ID")],
    field: Annotated[str, typer.Argument(help="One attribute: what each record said of it.", metavar="FIELD")] = "",
    *,
    project: InProject = None,
    as_json: AsJson = False,
) -> None:
    """Tell where a document comes from: each raw record that said something of it,
    what it changed, and why it counted or did not.

    It reads the webshop's part of the raw log again, by the same rules as the
    normalizer, and writes nothing. Of other records it looks at the headers only.
    Values are shown decrypted. It works for deleted documents, too: it names the
    evidence.

    shoprelay explain orders 6651f0c2a7b4c0d1e2f30415

    shoprelay explain orders 6651f0c2a7b4c0d1e2f30415 email
    """
    if collection not in SHOP_COLLECTIONS:
        said = f"no shop's data are in {collection!r}; the collections are: {', '.join(SHOP_COLLECTIONS)}"
        raise WrongArgument(said, "collection")
    _id = id_of("document", document)
    known = attributes(COLLECTIONS[collection])
    if field and field not in known:
        raise WrongArgument(f"{collection} have no field {field!r}; they have: {', '.join(known)}", "field")

    async def work(store: Store, settings: Settings) -> About:
        its = await chosen(store, settings, project)
        projects = Projects(store, settings.master())
        async with open_log(settings, "explain", GROUP) as log:
            with bar() as moved:
                asked = Explanation(its, collection, _id, store, projects, log, dict(RELAYS), moved)
                found = await asked.find()
        return About(its.name, collection, _id, field, found, asked.opened(found.stored) if found.stored else None)

    about = within(work)
    if as_json:
        typer.echo(json.dumps(summary(about), ensure_ascii=False))
    else:
        print_(about)
