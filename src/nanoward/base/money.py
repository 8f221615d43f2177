"""Money: whole minor units of a known currency; decimal text at the edge, never a float.

Currencies and their digits: ISO 4217:2015, list one of 2024.
"""

from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from nanoward.base.errors import InputError

_TWO = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD"
    " CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP"
    " GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD"
    " LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB"
    " PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC"
    " SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD YER ZAR ZMW ZWG"
)
_NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE = "BHD IQD JOD KWD LYD OMR TND"
DIGITS = {
    **dict.fromkeys(_TWO.split(), 2),
    **dict.fromkeys(_NONE.split(), 0),
    **dict.fromkeys(_THREE.split(), 3),
}
_MOST = 10**15  # minor units: no sum of a programme comes near


class MoneyError(InputError):
    """An amount or currency that cannot be counted to the last unit."""

    code = "PRG-101"
    next_step = 'Write amounts as text with the currency\'s own digits, such as "40.00".'


def digits_of(currency: str) -> int:
    """Digits behind the point of a currency's minor unit; MoneyError for an unknown one."""
    if currency not in DIGITS:
        raise MoneyError(f"unknown currency {currency!r}; ISO 4217 codes such as EUR are read")
    return DIGITS[currency]


def minor_units(amount: object, currency: str) -> int:
    """Whole minor units of an amount: "40" and "40.00" EUR are 4,000.

    amount  text, a whole number or a Decimal; a float is refused: 0.1 is no tenth.
    Raises MoneyError for what is no number, finer than the unit, or beyond counting.
    """
    digits = digits_of(currency)
    if isinstance(amount, bool) or not isinstance(amount, str | int | Decimal):
        raise MoneyError(f"{amount!r} ({type(amount).__name__}) is no amount of money")
    try:
        value = Decimal(amount.strip() if isinstance(amount, str) else amount)
    except InvalidOperation:
        raise MoneyError(f"{amount!r} is no amount of money") from None
    if not value.is_finite():
        raise MoneyError(f"{amount!r} is no amount of money")
    whole = value.scaleb(digits)
    if whole != whole.to_integral_value():
        raise MoneyError(f"{amount} {currency} is finer than the currency's {digits} digits")
    if abs(whole) > _MOST:
        raise MoneyError(f"{amount} {currency} is beyond what is counted here")
    return int(whole)


def decimal_text(minor: int, currency: str) -> str:
    """Minor units as decimal text with all digits of the currency: 4000 EUR is "40.00"."""
    return f"{Decimal(minor).scaleb(-digits_of(currency)):.{digits_of(currency)}f}"


def rounded(value: Decimal) -> int:
    """A fraction of minor units to a whole one, half to even; once per posting."""
    return int(value.to_integral_value(rounding=ROUND_HALF_EVEN))
