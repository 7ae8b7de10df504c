"""What is sold, for how much."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from mallops.catalog.model import Catalog
from mallops.repositories.answers import Answer


class CatalogRepository(Protocol):
    """The goods as they are now. An order keeps the part of them that it was priced over."""

    def goods(self, skus: Collection[str]) -> Answer[Catalog]:
        """Those of these SKUs that there are, with all their price entries, as of one moment.

        They come in any order.
        """

    def put(self, goods: Catalog) -> Answer[None]:
        """Store these SKUs, new ones or in place of what they were, with these price entries.

        Those that a SKU had before are gone. Other SKUs stay as they are.
        """
