"""The ids of everything in our messages and views that somebody can act on: `feature:verb`."""

from __future__ import annotations

KUDOS_UNDO = "kudos:undo"  # its value is the id of the kudos
KUDOS_REMOVE = "kudos:remove"  # by an admin: the shortcut on a post, and the modal that asks

KUDOS_JOIN = "kudos:join"  # below a post; its value is the id of the kudos
KUDOS_AGAIN = "kudos:again"  # gives the same thanks again; its value is the id of the line
KUDOS_CORRECT = "kudos:correct"  # opens the modal, filled in; its value is the id of the line
KUDOS_GIVE = "kudos:give"  # opens the modal; a button, and the global shortcut
KUDOS_GIVE_FOR = "kudos:give_for"  # the shortcut on a message
GIVE_SUBMIT = "give:submit"
GIVE_PEOPLE = "give:people"
GIVE_AMOUNT = "give:amount"
GIVE_VALUE = "give:value"
GIVE_REASON = "give:reason"
GIVE_AUDIENCE = "give:audience"
GIVE_PLACE = "give:place"
GIVE_LINES_SUBMIT = "give:lines_submit"  # the form for several thanks
GIVE_LINES = "give:lines"  # its field
GIVE_TOTAL = "give:total"  # the block that is kept up to date
HOME_RECEIVED = "home:received"  # the values of these four: a list and a page, `received:0`
HOME_GIVEN = "home:given"
HOME_NEWER = "home:newer"
HOME_OLDER = "home:older"
HOME_HELP = "home:help"
HOME_LINK = "home:link"  # only leads there: Slack's clients follow its address
PREFERENCES_OPEN = "preferences:open"
PREFERENCES_SAVE = "preferences:save"
PREFERENCES_CHOICES = "preferences:choices"
PREFERENCES_LANGUAGE = "preferences:language"
DATA_EXPORT = "data:export"
DATA_ERASE = "data:erase"  # opens the modal that asks
DATA_ERASE_SURE = "data:erase_sure"
DATA_ERASE_TYPED = "data:erase_typed"
DIGEST_GIVE = "digest:give"  # opens the modal; its value is the id of the colleague to thank
DIGEST_STOP = "digest:stop"
DIGEST_START = "digest:start"
BOARDS_OPEN = "boards:open"  # the values of these six: which page of which board, `BoardState`
BOARDS_PERIOD = "boards:period"
BOARDS_SIDE = "boards:side"
BOARDS_VALUE = "boards:value"
BOARDS_PREVIOUS = "boards:previous"  # the page before
BOARDS_NEXT = "boards:next"

ADMIN_OPEN = "admin:open"  # the settings of a section, which is its value
ADMIN_SAVE = "admin:save"  # a form with settings; its fields are `setting:` and their names
BUDGETS_OPEN = "budgets:open"
OVERRIDE_OPEN = "override:open"
OVERRIDE_SAVE = "override:save"
OVERRIDE_END = "override:end"  # its value is the id of the person or the group
OVERRIDE_GROUP = "override:group"
OVERRIDE_PERSON = "override:person"
OVERRIDE_ALLOWANCE = "override:allowance"
BOOST_OPEN = "boost:open"
BOOST_SAVE = "boost:save"
BOOST_END = "boost:end"  # its value is the id of the boost
BOOST_PERSON = "boost:person"
BOOST_POINTS = "boost:points"
BOOST_ENDS_ON = "boost:ends_on"
BOOST_REASON = "boost:reason"
PEOPLE_FIND = "people:find"
PEOPLE_SHOW = "people:show"
PEOPLE_PERSON = "people:person"
PEOPLE_NEWER = "people:newer"  # the values of these two: a person and a page, `U1:0`
PEOPLE_OLDER = "people:older"
PEOPLE_REMOVE = "people:remove"  # its value is the id of the kudos
ADJUST_OPEN = "adjust:open"  # its value is the id of the person
ADJUST_SAVE = "adjust:save"
ADJUST_POINTS = "adjust:points"
ADJUST_REASON = "adjust:reason"
POSTS_PREVIEW = "posts:preview"  # the values of these two: which of the scheduled posts
POSTS_NOW = "posts:now"
ACTIVITY_OPEN = "activity:open"
ACTIVITY_NEWER = "activity:newer"  # the values of these two: a page
ACTIVITY_OLDER = "activity:older"

ALL_IDS = frozenset(
    {
        *(KUDOS_UNDO, KUDOS_JOIN, KUDOS_CORRECT, KUDOS_AGAIN),
        *(GIVE_PEOPLE, GIVE_AMOUNT),  # which tell at once
        *(ADMIN_OPEN, BUDGETS_OPEN, OVERRIDE_OPEN, OVERRIDE_END, BOOST_OPEN, BOOST_END),
        *(PEOPLE_FIND, PEOPLE_NEWER, PEOPLE_OLDER, PEOPLE_REMOVE, ADJUST_OPEN),
        *(ACTIVITY_OPEN, ACTIVITY_NEWER, ACTIVITY_OLDER),
        *(POSTS_PREVIEW, POSTS_NOW),
        KUDOS_GIVE,
        *(HOME_RECEIVED, HOME_GIVEN, HOME_NEWER, HOME_OLDER, HOME_HELP, HOME_LINK),
        *(PREFERENCES_OPEN, DATA_EXPORT, DATA_ERASE),
        *(DIGEST_GIVE, DIGEST_STOP, DIGEST_START),
        *(BOARDS_OPEN, BOARDS_PERIOD, BOARDS_SIDE, BOARDS_VALUE, BOARDS_PREVIOUS, BOARDS_NEXT),
    }
)
# What is only read when its modal is submitted.
INPUT_IDS = frozenset(
    {
        *(GIVE_VALUE, GIVE_REASON, GIVE_AUDIENCE, GIVE_PLACE, GIVE_LINES),
        *(PREFERENCES_CHOICES, PREFERENCES_LANGUAGE, DATA_ERASE_TYPED),
        *(OVERRIDE_GROUP, OVERRIDE_PERSON, OVERRIDE_ALLOWANCE),
        *(BOOST_PERSON, BOOST_POINTS, BOOST_ENDS_ON, BOOST_REASON),
        *(PEOPLE_PERSON, ADJUST_POINTS, ADJUST_REASON),
    }
)
