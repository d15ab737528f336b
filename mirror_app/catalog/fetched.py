"""The catalogue that came from the cloud: this box's cache, with what can still be had of each shade.

Stock changes with every order, the rest seldom: a catalogue is given other counts without being read again.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from cloud_api.contract.catalogue import Document, StockList
from edge.catalogue import Cache
from edge.toml_file import ConfigError
from mirror_app.catalog.product import Product
from mirror_app.catalog.reading import read
from mirror_app.catalog.shelf import Catalog

#: What a catalogue of the cloud is called.
CLOUD: Final = "cloud"

_NOTHING_CAME: Final = (
    "no catalogue has come from the cloud yet ({folder}). Put one there (`vitrine cloud catalogue STORE "
    "FILE.toml`), see that the uplink runs, or name another behind it, such as "
    'catalogue = ["cloud", "house.toml"]'
)


def load(cache: Cache, pause: Callable[[], None] | None = None) -> Catalog:
    """The newest document of which something can be offered; ConfigError where there is none.

    pause: called again and again meanwhile, where something else must go on.
    """
    wrong: list[str] = []
    for document in cache.documents(pause):
        try:
            return restocked(read(document, _Fetched(cache, document), CLOUD, pause=pause), cache.stock())
        except ConfigError as why:
            wrong.append(str(why))
    raise ConfigError("\n".join(wrong) or _NOTHING_CAME.format(folder=cache.folder))


def restocked(catalog: Catalog, stock: StockList) -> Catalog:
    """The same catalogue with these counts; a shade that is not among them keeps what it has."""
    products = tuple(_restocked(product, stock.free) for product in catalog.products)
    return Catalog(
        products=products,
        looks=catalog.looks,
        language=catalog.language,
        skipped=catalog.skipped,
        origin=catalog.origin,
    )


def _restocked(product: Product, free: Mapping[str, int]) -> Product:
    if all(free.get(shade.sku, shade.stock) == shade.stock for shade in product.shades):
        return product
    shades = tuple(
        shade.model_copy(update={"stock": free.get(shade.sku, shade.stock)}) for shade in product.shades
    )
    return product.model_copy(update={"shades": shades})


class _Fetched:
    """The files of a document that came from the cloud."""

    def __init__(self, cache: Cache, document: Document) -> None:
        self._cache, self._sha256 = cache, document.files

    def find(self, name: str) -> Path:
        """Where it lies; a name that the cloud sent no file for leads to where none is."""
        return self._cache.file(self._sha256.get(name, "missing"), name)
