"""Short codes as brands and their places write them: colours, countries, currencies."""

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

colour = RegexValidator(
    r"^#[0-9a-f]{6}$", _("Write the colour as # and six hexadecimal digits in lower case.")
)
country_code = RegexValidator(r"^[A-Z]{2}$", _("Write the country as its two-letter code (ISO 3166-1)."))
currency_code = RegexValidator(r"^[A-Z]{3}$", _("Write the currency as its three-letter code (ISO 4217)."))
