"""Replaces personal data by its kind, such as [email]. It counts what it replaced and keeps none of it.

Only what has a form of its own can be found: names and addresses of people cannot, and stay. Numbers with a check
digit (IBAN, ISO 13616; card, ISO/IEC 7812-1; French NIR) are replaced only when it is right, so that other long
numbers stay.
"""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from collections.abc import Callable

EMAIL = re.compile(r'(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}')
IBAN = re.compile(r'(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]){11,30}(?![A-Za-z0-9])')
CARD = re.compile(r'(?<![\d.,])[2-6]\d{3}(?:[ -]?\d){9,15}(?!\d)')
NIR = re.compile(r'(?<!\d)[12378][ .]?\d{2}[ .]?\d{2}[ .]?(?:\d{2}|2[ABab])[ .]?\d{3}[ .]?\d{3}[ .]?\d{2}(?!\d)')
IP = re.compile(r'(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{0,4}){2,7})(?![\w:]|\.\d)')
PHONE = re.compile(
    r'(?<![\w+.,/-])(?:'
    r'(?:\+|00)[1-9]\d{0,2}(?:[ .\-/]{0,2}\(?\d{1,4}\)?){2,6}'  # international, ITU-T E.164
    r'|0[1-9](?:[ .\-]?\d{2}){4}'  # France, Algeria, Morocco and others
    r'|\(0?\d{2,5}\)[ ]?\d{3,4}[ .\-/]?\d{3,6}'  # area code in brackets
    r'|\d{3}[.\-]\d{3}[.\-]\d{4}'  # North America
    r')(?![\w]|[.,]\d)')
CALLED = re.compile(
    r'(?i)((?:\btel|\btél|phone|telefon|teléfono|móvil|mobile|handy|whatsapp|\bfax|هاتف|جوال|موبايل|واتساب)'
    r'[^\d\n+(]{0,20})'
    r'(\+?\(?\d(?:[ .\-/()]{0,2}\d){6,14})(?!\d)')

IBAN_LENGTHS = {country[:2]: int(country[2:]) for country in (
    'NO15 BE16 DK18 FI18 FO18 GL18 NL18 MK19 SI19 AT20 BA20 EE20 KZ20 LT20 LU20 XK20 CH21 HR21 LI21 LV21 BG22 '
    'BH22 CR22 DE22 GB22 GE22 IE22 ME22 RS22 AE23 GI23 IL23 IQ23 OM23 SO23 TL23 AD24 CZ24 ES24 MD24 PK24 RO24 '
    'SA24 SE24 SK24 TN24 VG24 LY25 PT25 ST25 IS26 TR26 FR27 GR27 IT27 MC27 MR27 SM27 AL28 AZ28 BY28 CY28 DO28 '
    'GT28 HU28 LB28 NI28 PL28 SV28 DZ26 BJ28 BF28 CI28 ML28 SN28 MA28 TG28 NE28 CM27 BR29 EG29 PS29 QA29 UA29 '
    'JO30 KW30 MU30 YE30 MT31 SC31 LC32 RU33').split()}
"""Characters by country: SWIFT IBAN registry, and countries that use the form without being in it."""


def scrubbed(text: str, counts: Counter[str]) -> str:
    """Text with personal data replaced; adds to `counts` by kind."""
    for kind, pattern, length in (('email', EMAIL, len), ('iban', IBAN, iban_length), ('card', CARD, card_length),
                                  ('nir', NIR, nir_length), ('ip', IP, ip_length), ('phone', PHONE, phone_length)):
        text = _replaced(text, kind, pattern, length, counts)
    return CALLED.sub(lambda match: _called(match, counts), text)


def _replaced(text: str, kind: str, pattern: re.Pattern[str], length: Callable[[str], int],
              counts: Counter[str]) -> str:
    def marker(match: re.Match[str]) -> str:
        found = match.group()
        taken = length(found)
        if not taken:
            return found
        counts[kind] += 1
        return f'[{kind}]{found[taken:]}'

    return pattern.sub(marker, text)


def _called(match: re.Match[str], counts: Counter[str]) -> str:
    counts['phone'] += 1
    return f'{match.group(1)}[phone]'


def iban_length(found: str) -> int:
    """How many characters of `found` are an IBAN whose check digits are right; 0: none."""
    wanted, seen = IBAN_LENGTHS.get(found[:2].upper(), 0), 0
    for at, character in enumerate(found):
        seen += character.isalnum()
        if seen == wanted:
            plain = re.sub(r'[ -]', '', found[:at + 1]).upper()
            ends = at + 1 == len(found) or not found[at + 1].isalnum()
            number = int(''.join(str(int(one, 36)) for one in plain[4:] + plain[:4])) if plain.isascii() else 0
            return at + 1 if ends and number % 97 == 1 else 0
    return 0


def card_length(found: str) -> int:
    """All of `found`, when its last digit is the check digit of the others (Luhn); else 0."""
    digits = [int(one) for one in found if one.isdigit()]
    doubled = [sum(divmod(2 * one, 10)) if at % 2 else one for at, one in enumerate(reversed(digits))]
    return len(found) if sum(doubled) % 10 == 0 and len(set(digits)) > 1 else 0


def nir_length(found: str) -> int:
    """All of `found`, when the key is right: 97 minus the rest modulo 97, with 2A as 19 and 2B as 18; else 0."""
    plain = re.sub(r'[ .]', '', found).upper()
    number = plain[:13].replace('2A', '19').replace('2B', '18')
    return len(found) if number.isdigit() and 97 - int(number) % 97 == int(plain[13:]) else 0


def ip_length(found: str) -> int:
    """All of `found`, when it is an address on the public internet; a local one, or an example, is nobody's."""
    try:
        return len(found) if ipaddress.ip_address(found).is_global else 0
    except ValueError:
        return 0


def phone_length(found: str) -> int:
    digits = sum(map(str.isdigit, found))
    return len(found) if 8 <= digits <= 15 else 0
