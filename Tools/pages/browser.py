"""Chromium, driven over its own debugging pipe: no driver program and no package beside Python is needed.

Every call has a deadline. A page keeps what the browser reports about it: words on the console, requests, dialogs.
"""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from urllib.parse import urlsplit

DEADLINE = 20.0
KEYS = {
    "Tab": ("Tab", 9, None), "Enter": ("Enter", 13, "\r"), "Space": (" ", 32, " "),
    "ArrowLeft": ("ArrowLeft", 37, None), "ArrowRight": ("ArrowRight", 39, None), "Home": ("Home", 36, None),
}
LISTENER = """addEventListener('securitypolicyviolation', (event) => console.error(
  'CSP: ' + event.violatedDirective + ' refused ' + event.blockedURI + ' ' + (event.sample || '')));"""


class BrowserFault(Exception):
    """The browser did not answer in time, or refused."""


def executable():
    for name in ("chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path:
            return path
    raise BrowserFault("no chromium on the PATH - run make check-pages, which installs it")


class Browser:
    """One chromium process."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="check-pages-")
        to_read, to_write = os.pipe(), os.pipe()
        arguments = [
            executable(), "--headless=new", "--remote-debugging-pipe", "--user-data-dir=" + self.folder,
            "--no-first-run", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
            "--disable-component-update", "--disable-extensions", "--disable-sync", "--disable-default-apps",
            "--force-color-profile=srgb", "--lang=en-GB", "--window-size=1366,768", "--ignore-certificate-errors",
            "about:blank",
        ]
        if os.getuid() == 0:
            arguments.insert(1, "--no-sandbox")
        # The browser reads its commands from descriptor 3 and answers on descriptor 4.
        shell = ["bash", "-c", 'exec "$@" 3<&%d 4>&%d' % (to_read[0], to_write[1]), "bash"]
        self.process = subprocess.Popen(
            shell + arguments, pass_fds=(to_read[0], to_write[1]), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        os.close(to_read[0])
        os.close(to_write[1])
        self.commands, self.answers = to_read[1], to_write[0]
        self.buffer, self.number, self.replies, self.pages = b"", 0, {}, {}

    def send(self, method, parameters=None, session=None):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters or {}}
        if session:
            message["sessionId"] = session
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        return self.number

    def call(self, method, parameters=None, session=None, deadline=DEADLINE):
        number = self.send(method, parameters, session)
        self.wait(lambda: number in self.replies, method, deadline)
        reply = self.replies.pop(number)
        if "error" in reply:
            raise BrowserFault("%s: %s" % (method, reply["error"].get("message")))
        return reply["result"]

    def wait(self, condition, what, deadline=DEADLINE):
        end = time.monotonic() + deadline
        while not condition():
            left = end - time.monotonic()
            if left <= 0:
                raise BrowserFault("no answer within %.0f s: %s" % (deadline, what))
            self.read(left)

    def read(self, seconds):
        """Takes in what the browser says within so many seconds, and returns after the first of it."""
        if not select.select([self.answers], [], [], seconds)[0]:
            return
        part = os.read(self.answers, 1 << 20)
        if not part:
            raise BrowserFault("the browser has ended")
        *messages, self.buffer = (self.buffer + part).split(b"\0")
        for text in messages:
            message = json.loads(text)
            if "id" in message:
                self.replies[message["id"]] = message
            elif message.get("sessionId") in self.pages:
                self.pages[message["sessionId"]].hear(message["method"], message["params"])

    def page(self, **settings):
        return Page(self, **settings)

    def close(self):
        try:
            self.call("Browser.close", deadline=5)
        except (BrowserFault, OSError):
            pass
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class Page:
    """One tab with nothing kept from others: its own cookies and cache."""

    def __init__(self, browser, width=1366, height=768, dark=False, script=True, wide_letters=False):
        self.browser = browser
        self.context = browser.call("Target.createBrowserContext")["browserContextId"]
        self.target = browser.call(
            "Target.createTarget", {"url": "about:blank", "browserContextId": self.context})["targetId"]
        self.session = browser.call("Target.attachToTarget", {"targetId": self.target, "flatten": True})["sessionId"]
        browser.pages[self.session] = self
        self.words, self.requests, self.dialogs, self.loads, self.status = [], [], [], 0, None
        self.received, self.frame = {}, None
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(domain + ".enable")
        self.frame = self.call("Page.getFrameTree")["frameTree"]["frame"]["id"]
        self.call("Page.addScriptToEvaluateOnNewDocument", {"source": LISTENER})
        self.call("Emulation.setFocusEmulationEnabled", {"enabled": True})
        self.size(width, height)
        self.scheme(dark)
        if not script:
            self.call("Emulation.setScriptExecutionDisabled", {"value": True})

    def call(self, method, parameters=None, deadline=DEADLINE):
        return self.browser.call(method, parameters, self.session, deadline)

    def hear(self, method, details):
        if method == "Page.loadEventFired":
            self.loads += 1
        elif method == "Page.javascriptDialogOpening":
            self.dialogs.append(details["message"])
            self.browser.send("Page.handleJavaScriptDialog", {"accept": False}, self.session)
        elif method == "Runtime.exceptionThrown":
            thrown = details["exceptionDetails"]
            self.words.append("thrown: " + (thrown.get("exception", {}).get("description") or thrown["text"]))
        elif method == "Runtime.consoleAPICalled" and details["type"] in ("error", "warning", "assert"):
            self.words.append(details["type"] + ": " + " ".join(
                str(part.get("value", part.get("description", ""))) for part in details["args"]))
        elif method == "Log.entryAdded" and details["entry"]["level"] in ("error", "warning"):
            entry = details["entry"]
            self.words.append("%s: %s (%s)" % (entry["level"], entry["text"], entry.get("url", "")))
        elif method == "Network.requestWillBeSent":
            self.requests.append(details["request"]["url"])
        elif method == "Network.responseReceived":
            if details["type"] == "Document" and details.get("frameId") == self.frame:
                self.status = details["response"]["status"]
        elif method == "Network.loadingFinished":
            self.received[details["requestId"]] = details["encodedDataLength"]

    def size(self, width, height, factor=1):
        self.call("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": factor, "mobile": width < 600})

    def scheme(self, dark):
        self.call("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]})

    def go(self, address, deadline=DEADLINE):
        """Opens an address and waits until it is loaded; forgets what an earlier page said."""
        self.forget()
        before = self.loads
        answer = self.call("Page.navigate", {"url": address}, deadline)
        if answer.get("errorText"):
            raise BrowserFault("%s: %s" % (address, answer["errorText"]))
        self.loaded(before, "loading " + address, deadline)

    def forget(self):
        self.words, self.requests, self.dialogs, self.status, self.received = [], [], [], None, {}

    def wait(self, condition, what, deadline=DEADLINE):
        self.browser.wait(condition, what, deadline)

    def leave(self, action, what, deadline=DEADLINE):
        """Does what leads to another page, and waits until that is loaded."""
        self.forget()
        before = self.loads
        action()
        self.loaded(before, what, deadline)

    def loaded(self, before, what, deadline=DEADLINE):
        try:
            self.wait(lambda: self.loads > before, what, deadline)
        except BrowserFault as fault:
            state = self.value("document.readyState + ' ' + location.href", 5)
            raise BrowserFault("%s; the page is %s, asked for %s" % (fault, state, self.requests[-6:])) from fault

    def value(self, expression, deadline=DEADLINE):
        """The value of an expression of JavaScript, awaited."""
        answer = self.call(
            "Runtime.evaluate", {"expression": expression, "returnByValue": True, "awaitPromise": True}, deadline)
        if "exceptionDetails" in answer:
            thrown = answer["exceptionDetails"]
            raise BrowserFault(thrown.get("exception", {}).get("description") or thrown["text"])
        return answer["result"].get("value")

    def press(self, key, modifiers=0):
        name, code, text = KEYS[key]
        event = {"key": name, "code": key, "windowsVirtualKeyCode": code, "modifiers": modifiers}
        down = dict(event, type="keyDown" if text else "rawKeyDown")
        if text:
            down["text"] = text
        self.call("Input.dispatchKeyEvent", down)
        self.call("Input.dispatchKeyEvent", dict(event, type="keyUp"))

    def type(self, text):
        self.call("Input.insertText", {"text": text})

    def picture(self, path, whole=True):
        image = self.call("Page.captureScreenshot", {"format": "png", "captureBeyondViewport": whole}, 30)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(image))

    def pdf(self):
        answer = self.call("Page.printToPDF", {"preferCSSPageSize": True, "printBackground": True}, 30)
        return base64.b64decode(answer["data"])

    def foreign(self):
        """Requests to another origin than the page's own."""
        own = urlsplit(self.value("location.href"))[:2]
        return [url for url in self.requests if url.split(":")[0] not in ("data", "blob", "about")
                and urlsplit(url)[:2] != own]

    def close(self):
        self.browser.pages.pop(self.session, None)
        try:
            self.browser.call("Target.disposeBrowserContext", {"browserContextId": self.context}, deadline=5)
        except BrowserFault:
            pass
