"""The catalogue: brands, products, shades and looks that the mirror offers.

    product.py   a product as the mirror takes it: its effect draws it, its pictures are there
    shelf.py     Catalog: everything that is offered, found by SKU, and what is left out
    reading.py   product by product out of what a person or the cloud wrote; what is wrong is reported
    fetched.py   what came from the cloud, with what can still be had of each shade
    source.py    where it comes from: files, or the cloud's with what came last; noticed when it changes

A product declares its colours as measured (CIE Lab, D65); what a screen shows of them is derived.
"""

from cloud_api.contract.catalogue import LookPart, Skipped
from mirror_app.catalog.product import Item, Look, Product, Shade
from mirror_app.catalog.reading import load
from mirror_app.catalog.shelf import Catalog, UnknownSku
from mirror_app.catalog.source import Source, announced

__all__ = [
    "Catalog",
    "Item",
    "Look",
    "LookPart",
    "Product",
    "Shade",
    "Skipped",
    "Source",
    "UnknownSku",
    "announced",
    "load",
]
