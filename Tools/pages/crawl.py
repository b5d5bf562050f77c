"""Finds the pages of a site by following its tabs and links, so that a page added later is looked at by itself."""

import urllib.error
import urllib.request
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

LANGUAGES = ("vi", "zh-Hans", "en")


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "a" and given.get("href"):
            self.found.append(given["href"])


def fetch(address):
    """Status, type and text of an address."""
    try:
        with urllib.request.urlopen(address, timeout=20) as answer:
            # what a browser saves is a file, whatever its type
            kind = "attachment" if answer.headers.get_content_disposition() == "attachment" else answer.headers.get_content_type()
            return answer.status, kind, answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get_content_type(), error.read().decode("utf-8", "replace")


def within(address, **query):
    """An address with other words in its query; None takes a word away."""
    parts = urlsplit(address)
    words = dict(parse_qsl(parts.query, keep_blank_values=True))
    words.update(query)
    words = {key: value for key, value in words.items() if value is not None}
    return urlunsplit(parts._replace(query=urlencode(words), fragment=""))


def shape(address, party):
    """Pages that differ only in the station or reservoir they show have one shape: `/*/station/*`."""
    parts = urlsplit(address)
    words = [word for word in parts.path.split("/") if word]
    words = ["*" if word == party or place >= 2 else word for place, word in enumerate(words)]
    ending = "." + parts.path.rsplit(".", 1)[1] if "." in parts.path.rsplit("/", 1)[1] else ""
    asked = sorted(key for key, _ in parse_qsl(parts.query) if key != "lang")
    slash = "/" if parts.path.endswith("/") and words else ""
    return "/" + "/".join(words) + slash + ending + ("?" + "&".join(asked) if asked else "")


def crawl(origin, party, language="en", limit=400):
    """The pages of one party, and the site's own: {shape: [addresses]}; and files that links lead to: {shape: (address, status)}."""
    start = within(origin + "/", lang=language)
    queue, seen, pages, files = [start], {start}, {}, {}
    while queue and len(seen) < limit:
        address = queue.pop(0)
        kind = shape(address, party)
        if kind in files:
            continue
        # Of many pages of one shape the links of a few are enough.
        if len(pages.get(kind, [])) >= 3:
            pages[kind].append(address)
            continue
        status, content, text = fetch(address)
        if content != "text/html":
            files[kind] = (address, status)
            continue
        pages.setdefault(kind, []).append(address)
        reader = Links()
        reader.feed(text)
        for link in reader.found:
            target = urljoin(address, link).split("#")[0]
            words = urlsplit(target).path.split("/")
            own = target.startswith(origin + "/") and (len(words) < 3 or words[1] in ("", party))
            other = dict(parse_qsl(urlsplit(target).query)).get("lang", language) != language
            if own and not other and target not in seen:
                seen.add(target)
                queue.append(target)
    return pages, files
