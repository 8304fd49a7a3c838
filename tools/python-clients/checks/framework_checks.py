"""Microsoft's Agent Framework, by its chat client and its responses client."""

import asyncio
from typing import Annotated

from agent_framework import Agent, Message, tool
from agent_framework.openai import OpenAIChatClient, OpenAIChatCompletionClient
from pydantic import BaseModel

from checking import Target, check, question, weather


class City(BaseModel):
    name: str
    country: str


looked: list[str] = []


@tool(approval_mode="never_require")
def look(city: Annotated[str, "the city"]) -> str:
    """The weather in a city."""
    looked.append(city)
    return "sunny"


def add_checks(kind: str, make, own: bool) -> None:
    """Adds the checks of one client."""

    def client(at: Target):
        return make(model=at.model, base_url=at.url, api_key=at.key)

    def agent(at: Target, **more):
        return Agent(client=client(at), name="helper", instructions="Be short.", **more)

    def named(name: str):
        return check(f"agent-framework {kind}: {name}", own=own)

    @named("answer")
    async def _(at):
        answer = await client(at).get_response([Message("user", [question])])
        assert "Paris" in answer.text and answer.finish_reason
        assert answer.usage_details["total_token_count"] > 0

    @named("stream")
    async def _(at):
        stream = client(at).get_response([Message("user", [question])], stream=True)
        said = "".join([update.text or "" async for update in stream])
        assert "Paris" in said and "Paris" in (await stream.get_final_response()).text

    @named("agent")
    async def _(at):
        assert "Paris" in (await agent(at).run(question)).text
        updates = [update.text or "" async for update in agent(at).run(question, stream=True)]
        assert "Paris" in "".join(updates)

    @named("loop of tools")
    async def _(at):
        looked.clear()
        answer = await agent(at, tools=[look]).run(weather)
        assert looked and "sunny" in answer.text

    @named("loop of tools, streamed")
    async def _(at):
        looked.clear()
        stream = agent(at, tools=[look]).run(weather, stream=True)
        assert "sunny" in "".join([update.text or "" async for update in stream]) and looked

    @named("object by its schema")
    async def _(at):
        wanted = {"response_format": City}
        answer = await agent(at).run("Name a city.", options=wanted)
        assert isinstance(answer.value, City)
        stream = agent(at).run("Name a city.", stream=True, options=wanted)
        async for _update in stream:
            pass
        assert isinstance((await stream.get_final_response()).value, City)

    for name, options in (("session", {}), ("session that is kept", {"store": True})):

        @named(name)
        async def _(at, options=options):
            helper = agent(at)
            session = helper.create_session()
            await helper.run("My name is Ada.", session=session, options=options)
            answer = await helper.run("What is my name?", session=session, options=options)
            # Of chat completions nothing is kept, so that `store` leaves the client on its own.
            assert "Ada" in answer.text or (kind == "chat" and options), answer.text

    @named("agent as a tool")
    async def _(at):
        expert = agent(at).as_tool(name="expert", description="An expert.", arg_name="task")
        answer = await agent(at, tools=[expert]).run("Ask the tool expert for a capital.")
        assert answer.text

    @named("two agents at once")
    async def _(at):
        other = agent(at).run("What is the capital of Italy?")
        answers = await asyncio.gather(agent(at).run(question), other)
        assert "Paris" in answers[0].text and "Rome" in answers[1].text


add_checks("chat", OpenAIChatCompletionClient, False)
add_checks("responses", OpenAIChatClient, True)


@check("agent-framework as the guide shows it", own=True)
async def _(at):
    client = OpenAIChatClient(model=at.model, base_url=at.url, api_key=at.key)
    assert (await client.as_agent(name="helper").run("Hello")).text
