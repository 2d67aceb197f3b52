"""Routes of the application itself: log-in, commands, private channels."""

from tests.wire import payloads, rules
from tests.wire.calls import Answer, Call, route
from tests.wire.refusals import Refused
from tests.wire.state import DM, Channel, Json


@route("GET", "/users/@me")
def me(call: Call) -> Answer:
    """The bot's account."""
    return payloads.user(call.world.bot) | {"mfa_enabled": False, "locale": "en-US"}


@route("GET", "/oauth2/applications/@me")
def application(call: Call) -> Answer:
    """The bot's application; its flags say which privileged intents are switched on."""
    bot = call.world.bot
    flags = 1 << 19 if call.world.reads_content else 0
    return {
        "id": str(bot.id),
        "name": bot.name,
        "icon": None,
        "description": "",
        "type": None,
        "verify_key": "0" * 64,
        "flags": flags,
        "flags_new": str(flags),
        "bot_public": True,
        "bot_require_code_grant": False,
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": payloads.user(bot),
        "approximate_guild_count": len(call.world.guilds),
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": [],
    }


@route("GET", "/gateway/bot")
def gateway(call: Call) -> Answer:
    """Where the gateway is, and how many shards to use."""
    start = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
    return {"url": call.discord.gateway.url, "shards": 1, "session_start_limit": start}


@route("PUT", "/applications/{application_id}/commands")
def commands(call: Call) -> Answer:
    """Replace all commands."""
    rules.check_commands(call.body)
    call.world.commands = [
        {"description": "", "type": 1, "default_member_permissions": None}
        | {name: value for name, value in command.items() if value is not None}
        | _rights(command)
        | {
            "id": str(call.world.clock.snowflake()),
            "application_id": str(call.world.bot.id),
            "version": str(call.world.clock.snowflake()),
        }
        for command in call.body
    ]
    return call.world.commands


def _rights(command: Json) -> Json:
    """Permissions come as a number or a text, and are told as a text."""
    needed = command.get("default_member_permissions")
    return {"default_member_permissions": None if needed is None else str(needed)}


@route("POST", "/users/@me/channels")
def private_channel(call: Call) -> Answer:
    """Open the private channel with somebody; the same one each time."""
    world, user_id = call.world, int(call.body["recipient_id"])
    if user_id not in world.users:
        raise Refused(10013)
    there = [c for c in world.channels.values() if c.type == DM and c.owner_id == user_id]
    new = Channel(world.clock.snowflake(), DM, "", owner_id=user_id)
    return payloads.channel(world, there[0] if there else world.add(new))
