"""What points say to people: the catalogue's wording, with dates and numbers of the locale."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mallops.messages import message


@frozen
class Words:
    """The wording of what begins with `prefix`, in one locale."""

    prefix: str
    locale: str

    def __call__(self, label: str, **details: str) -> str:
        """The wording of a label; raises `InputError` as `message` does."""
        return message(f"{self.prefix}.{label}", self.locale, details)

    def counted(self, label: str, points: int, **details: str) -> str:
        """The wording of so many points, of which one is told from several.

        >>> Words("statement", "en").counted("owed", 1_200)
        '1,200 points are owed'
        >>> Words("statement", "en").counted("owed", 1)
        '1 point is owed'
        """
        return self(label, points=self.number(points), **details)

    def number(self, number: int) -> str:
        """A whole number, as people write it.

        >>> Words("statement", "en").number(-1_200)
        '-1,200'
        """
        # Babel takes 20 ms to import, which whoever writes nothing should not pay.
        from babel.numbers import format_decimal  # noqa: PLC0415

        return format_decimal(number, locale=self._babel)

    def change(self, number: int) -> str:
        """A whole number with its sign, but for 0.

        >>> Words("statement", "en").change(1_200)
        '+1,200'
        """
        return f"+{self.number(number)}" if number > 0 else self.number(number)

    def percent(self, share: float) -> str:
        """A share as a percentage with one decimal.

        >>> Words("liability", "en").percent(0.1234)
        '12.3%'
        """
        from babel.numbers import format_percent  # noqa: PLC0415

        return format_percent(share, format="0.0%", locale=self._babel)

    def day(self, form: str, day: date) -> str:
        """A day, in the form that the locale's wording of `form` gives it.

        >>> day = date(2026, 12, 31)
        >>> Words("statement", "en").day("this_year", day)
        '31 December'
        >>> Words("statement", "zh_CN").day("that_year", day)
        '2026年12月31日'
        """
        from babel.dates import format_date  # noqa: PLC0415

        return format_date(day, self(form), locale=self._babel)

    @property
    def _babel(self) -> str:
        return self.locale.replace("-", "_")
