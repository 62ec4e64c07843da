"""The common emoji, so that the page can show and offer them. Slack knows many more, and the
sandbox takes a reaction with any of their names.
"""

_NAMES = """
+1 👍|thumbsup 👍|-1 👎|clap 👏|raised_hands 🙌|pray 🙏|muscle 💪|wave 👋|ok_hand 👌
handshake 🤝|point_up ☝️|point_right 👉|v ✌️|crossed_fingers 🤞|writing_hand ✍️
heart_hands 🫶|saluting_face 🫡|heart ❤️|orange_heart 🧡|yellow_heart 💛
green_heart 💚|blue_heart 💙|purple_heart 💜|black_heart 🖤|white_heart 🤍
sparkling_heart 💖|two_hearts 💕|heart_eyes 😍|hugging_face 🤗|star-struck 🤩
smile 😄|grinning 😀|grin 😁|joy 😂|rofl 🤣|slightly_smiling_face 🙂|wink 😉
blush 😊|innocent 😇|sunglasses 😎|nerd_face 🤓|thinking_face 🤔|partying_face 🥳
exploding_head 🤯|relieved 😌|sob 😭|cry 😢|sweat_smile 😅|upside_down_face 🙃
melting_face 🫠|zipper_mouth_face 🤐|eyes 👀|brain 🧠|tada 🎉|confetti_ball 🎊
balloon 🎈|gift 🎁|cake 🍰|birthday 🎂|cookie 🍪|doughnut 🍩|pizza 🍕|taco 🌮
coffee ☕|tea 🍵|beer 🍺|clinking_glasses 🥂|champagne 🍾|avocado 🥑|apple 🍎
hot_pepper 🌶️|trophy 🏆|medal 🎖️|sports_medal 🏅|first_place_medal 🥇
second_place_medal 🥈|third_place_medal 🥉|star ⭐|star2 🌟|sparkles ✨|dizzy 💫
boom 💥|fire 🔥|zap ⚡|rainbow 🌈|sunny ☀️|crown 👑|gem 💎|rocket 🚀
checkered_flag 🏁|dart 🎯|bulb 💡|mega 📣|bell 🔔|no_bell 🔕|key 🔑|lock 🔒|hammer 🔨
wrench 🔧|gear ⚙️|bug 🐛|computer 💻|robot_face 🤖|books 📚|memo 📝|pencil2 ✏️
calendar 📆|clipboard 📋|chart_with_upwards_trend 📈|bar_chart 📊|hourglass ⌛
alarm_clock ⏰|mag 🔍|link 🔗|paperclip 📎|seedling 🌱|herb 🌿|four_leaf_clover 🍀
sunflower 🌻|tulip 🌷|bouquet 💐|evergreen_tree 🌲|earth_africa 🌍|unicorn_face 🦄
dog 🐶|cat 🐱|owl 🦉|turtle 🐢|snail 🐌|bee 🐝|parrot 🦜|whale 🐳|octopus 🐙
white_medium_square ◻️|white_check_mark ✅|heavy_check_mark ✔️|x ❌|warning ⚠️|question ❓
exclamation ❗|100 💯|one 1️⃣|two 2️⃣|three 3️⃣|arrow_up ⬆️|arrow_down ⬇️
arrow_right ➡️|arrows_counterclockwise 🔄|heavy_plus_sign ➕
leftwards_arrow_with_hook ↩️|globe_with_meridians 🌐|speech_balloon 💬
busts_in_silhouette 👥|house 🏠|musical_note 🎵|art 🎨|camera 📷|ship 🚢
airplane ✈️|bike 🚲|mountain ⛰️|umbrella ☔|snowflake ❄️|moon 🌙
"""  # noqa: RUF001 - the plus sign is an emoji here

UNICODE: dict[str, str] = dict(
    pair.split(" ", maxsplit=1) for line in _NAMES.strip().splitlines() for pair in line.split("|")
)
