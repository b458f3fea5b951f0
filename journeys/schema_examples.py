"""What editors show as examples, by the name of the model that each is of. Data alone."""

from __future__ import annotations

from typing import Any, Final

EXAMPLES: Final[dict[str, list[Any]]] = {
    "Navigate": [{"action": "navigate", "target": "/"}],
    "GoBack": [{"action": "goBack"}],
    "Reload": [{"action": "reload"}],
    "Click": [{"action": "click", "selector": {"role": "button", "name": "Save"}}],
    "Hover": [{"action": "hover", "selector": {"testId": "menu"}}],
    "Check": [{"action": "check", "selector": {"label": "Gift wrapping"}}],
    "Uncheck": [{"action": "uncheck", "selector": {"label": "News"}}],
    "Type": [{"action": "type", "selector": {"label": "Name"}, "value": "${data.users.name}"}],
    "Press": [{"action": "press", "key": "Enter"}],
    "Select": [{"action": "select", "selector": {"label": "Size"}, "label": "A3"}],
    "Upload": [{"action": "upload", "selector": {"label": "Cover"}, "file": "data/cover.png"}],
    "Download": [{"action": "download", "selector": {"role": "link", "name": "Invoice"}}],
    "Scroll": [{"action": "scroll", "selector": "#terms"}, {"action": "scroll", "by": 400}],
    "WaitForText": [{"action": "waitForText", "text": "Thank you"}],
    "WaitFor": [
        {"action": "waitFor", "url": "/orders/*"},
        {"action": "waitFor", "response": "/api/orders"},
    ],
    "Expect": [
        {"action": "expect", "selector": {"role": "listitem"}, "count": 3},
        {"action": "expect", "response": "/api/orders", "status": 201},
    ],
    "ApiRequest": [
        {
            "action": "apiRequest",
            "method": "POST",
            "target": "/api/orders",
            "body": {"size": "A3"},
            "expectedStatus": [200, 201],
        }
    ],
    "Pause": [{"action": "pause", "seconds": 5}],
    "Group": [
        {
            "action": "group",
            "name": "Check out",
            "steps": [{"action": "click", "selector": {"role": "button", "name": "Pay"}}],
            "slos": ["p(95)<2500"],
        }
    ],
    "Repeat": [
        {
            "action": "repeat",
            "times": 3,
            "steps": [{"action": "click", "selector": {"role": "link", "name": "Next"}}],
        }
    ],
    "Locator": [{"role": "button", "name": "Save", "within": {"testId": "editor"}}],
    "Slo": [{"threshold": "p(95)<300", "executor": "k6", "users": 10, "level": "warn"}],
    "Feeder": [{"file": "journeys/data/accounts.csv", "pick": "unique", "per": "user"}],
    "UploadedFile": [
        {"path": "data/cover.png", "type": "image/png"},
        {"name": "note.txt", "type": "text/plain", "content": "Hello"},
    ],
    "Capture": [{"json": "data.items[0].id"}, {"css": "input[name='csrf']", "attribute": "value"}],
    "Expectation": [{"status": 201, "json": {"order.state": "open"}}],
    "RequestSpec": [{"path": "/api/search", "query": {"q": "${param.value}"}}],
    "ParallelRequests": [{"parallel": [{"path": "/static/app.css"}, {"path": "/static/app.js"}]}],
    "MatchRule": [
        {
            "action": "type",
            "when": {"selector": {"testId": "search-input"}},
            "protocol": [{"path": "/api/search", "query": {"q": "${param.value}"}}],
        }
    ],
    "DomainAction": [
        {
            "parameters": {"trackRef": {"type": "data", "of": "trackRefs"}},
            "browser": [{"action": "click", "selector": "#track-${param.trackRef}"}],
            "protocol": [{"method": "POST", "path": "/api/play"}],
        }
    ],
    "TextParameter": [{"type": "number", "default": 5}],
    "ChoiceParameter": [{"type": "choice", "choices": {"add": {"method": "POST"}}}],
    "DataParameter": [{"type": "data", "of": "trackRefs"}],
    "DomainStep": [{"action": "selectTrack", "trackRef": "neonRain"}],
}
