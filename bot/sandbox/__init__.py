"""A Slack workspace in a box: a local server that speaks Slack's protocols.

An app runs against it unchanged, given its `api_url` as SLACK_API_URL. Nothing in here knows
the product.
"""

from bot.sandbox.model import ApiCall, Delivery, Message, Reply, SlackError, StepRun, View
from bot.sandbox.people import Person
from bot.sandbox.seed import company
from bot.sandbox.server import ObservedChannel, Sandbox

__all__ = [
    "ApiCall",
    "Delivery",
    "Message",
    "ObservedChannel",
    "Person",
    "Reply",
    "Sandbox",
    "SlackError",
    "StepRun",
    "View",
    "company",
]
