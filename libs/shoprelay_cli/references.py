"""`python -m shoprelay_cli.references [--check]`: everything that is generated and checked in."""

import sys
from pathlib import Path

from shoprelay_cli import client_page, openapi, project_settings_page, relay_pages, settings_reference, shop_api_openapi
from shoprelay_schema import reference

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str]) -> int:
    """Write the generated files; with --check only say which ones are stale (exit 1)."""
    folder = ROOT / "docs" / "reference"
    pages = {ROOT / "docs" / "settings.md": settings_reference.page().encode(), **relay_pages.pages(ROOT / "docs")}
    pages[folder / "openapi.json"] = openapi.page()
    pages[folder / "shop-api.openapi.json"] = shop_api_openapi.page()
    pages[ROOT / "libs" / "shoprelay_client" / "shop_api.py"] = client_page.page()
    pages[folder / "project-settings.md"] = project_settings_page.page()
    if "--check" not in arguments:
        reference.write(folder)
        for path, text in pages.items():
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(text)
        return 0
    stale = [str(f) for f in reference.stale(folder)]
    stale += [str(path.relative_to(ROOT)) for path, text in pages.items() if not path.exists() or path.read_bytes() != text]
    if stale:
        sys.stderr.write("These generated files are stale; run `make schemas`:\n  " + "\n  ".join(stale) + "\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
