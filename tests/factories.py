"""Things to test with. Brand-owned ones must be made inside the brand's scope, like everywhere."""

from typing import Any

import factory
from factory.django import DjangoModelFactory

from storesync.accounts.models import User
from storesync.brands.models import Brand, Location, Region

PASSWORD = "correct horse battery staple"


class UserFactory(DjangoModelFactory[User]):
    """A person who can sign in with PASSWORD."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    name = factory.Faker("name")
    email = factory.Sequence(lambda n: f"person{n}@people.example")

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        return User.objects.create_user(kwargs.pop("email"), kwargs.pop("password", PASSWORD), **kwargs)


class BrandFactory(DjangoModelFactory[Brand]):
    """A brand ready to send."""

    class Meta:
        model = Brand

    name = factory.Sequence(lambda n: f"Brand {n}")
    slug = factory.Sequence(lambda n: f"brand-{n}")
    sender_name = factory.SelfAttribute("name")
    sender_email = factory.LazyAttribute(lambda brand: f"news@{brand.slug}.example")
    postal_address = "1 High Street, Leeds LS1 1AA, GB"
    website = factory.LazyAttribute(lambda brand: f"https://{brand.slug}.example/")
    country = "GB"
    currency = "GBP"
    time_zone = "Europe/London"
    send_rate = 1000


class RegionFactory(DjangoModelFactory[Region]):
    """A region; give `brand`, and `parent` for one below another."""

    class Meta:
        model = Region

    name = factory.Sequence(lambda n: f"Region {n}")
    path = factory.LazyAttribute(lambda o: [*(o.parent.path if o.parent else []), o.id])
    id = factory.LazyFunction(lambda: Region._meta.pk.get_default())
    parent = None


class LocationFactory(DjangoModelFactory[Location]):
    """An open store; give `brand`."""

    class Meta:
        model = Location

    store_number = factory.Sequence(lambda n: f"S{n:04d}")
    name = factory.Sequence(lambda n: f"Store {n}")
    street = factory.Sequence(lambda n: f"{n} High Street")
    city = "Leeds"
    postcode = "LS1 1AA"
    country = "GB"
    time_zone = "Europe/London"
    phone = "+441134960000"
    email = factory.LazyAttribute(lambda o: f"{o.store_number.lower()}@stores.example")
