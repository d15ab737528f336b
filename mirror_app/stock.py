"""Where the mirror's catalogue comes from and what was said of it: it changes between two visits only."""

from typing import TYPE_CHECKING

from edge.experience import Record, Request
from edge.toml_file import ConfigError
from mirror_app import catalog as catalogs
from mirror_app.catalog import Catalog

if TYPE_CHECKING:
    from cloud_api.contract.catalogue import CatalogueLoaded


class Stock:
    """The source of one screen. source: None where the catalogue never changes. name: the screen's."""

    def __init__(self, source: catalogs.Source | None, name: str) -> None:
        self._source, self._name = source, name
        #: The catalogue that is known to be offered, and what was said of it.
        self._offered: Catalog | None = None
        self._announced: CatalogueLoaded | None = None

    def fresh(self, now_s: float) -> Catalog | None:
        """A newer catalogue, once, when there is one."""
        return self._source.fresh(now_s) if self._source else None

    def read_again(self) -> tuple[Catalog | None, str]:
        """The catalogue as it is now, or (None) why it stays as it was."""
        if self._source is None:
            return None, ""
        try:
            return self._source.load(), ""
        except ConfigError as wrong:
            return None, str(wrong).splitlines()[0]

    def announce(self, catalog: Catalog) -> tuple[Request, ...]:
        """What has to be told of what is offered now: nothing where that is known."""
        if self._source is None or catalog is self._offered:
            return ()
        self._offered = catalog
        event = catalogs.announced(catalog, self._name, self._announced)
        self._announced = event or self._announced
        return (Record(event),) if event else ()
