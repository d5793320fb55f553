"""The socket of a person's news, one for each of her open pages."""

from typing import Any

from lms.kit.live import LiveConsumer

from .live import person_group
from .queries import unread_count


class NewsConsumer(LiveConsumer):
    """Says how many are unread, then each piece of news as it comes; hears nothing but `ping` and `resume`."""

    def admits(self, person: Any) -> bool:
        return True  # her own news: whoever is signed in has some

    def group(self) -> str:
        return person_group(self.person)

    def hello(self) -> dict[str, Any]:
        return {"unread": unread_count(self.person)}

    def snapshot(self) -> dict[str, Any]:
        return {"unread": unread_count(self.person)}
