"""LiteLLM, instructor, Pydantic AI and OpenAI's agents."""

import json

import instructor
import litellm
from agents import Agent as OpenAIAgent
from agents import OpenAIChatCompletionsModel, OpenAIResponsesModel, Runner, SQLiteSession
from agents import function_tool, set_tracing_disabled
from openai import AsyncOpenAI, OpenAI
from pydantic import BaseModel
from pydantic_ai import Agent, NativeOutput, PromptedOutput, ToolOutput
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.models.openai import OpenAIResponsesModel as PydanticResponsesModel
from pydantic_ai.providers.openai import OpenAIProvider

from checking import Target, check, question, too_long, user, weather, weather_tool

litellm.suppress_debug_info = True
set_tracing_disabled(True)


class City(BaseModel):
    """A city."""

    name: str
    country: str


def lite(at: Target) -> dict:
    fixed = {"api_base": at.url, "api_key": at.key, "timeout": 50, "num_retries": 0}
    return {"model": f"openai/{at.model}", **fixed}


@check("litellm completion")
def _(at):
    answer = litellm.completion(messages=user(question), **lite(at))
    assert "Paris" in answer.choices[0].message.content and answer.usage.total_tokens > 0


@check("litellm stream")
async def _(at):
    asked = {"stream": True, "stream_options": {"include_usage": True}}
    stream = await litellm.acompletion(messages=user(question), **asked, **lite(at))
    parts = [part async for part in stream]
    said = "".join(part.choices[0].delta.content or "" for part in parts if part.choices)
    assert "Paris" in said and any(getattr(part, "usage", None) for part in parts)


@check("litellm tools")
def _(at):
    answer = litellm.completion(messages=user(weather), tools=[weather_tool], **lite(at))
    [call] = answer.choices[0].message.tool_calls
    assert json.loads(call.function.arguments)["city"]


@check("litellm object")
def _(at):
    answer = litellm.completion(
        messages=user("Name a city."), response_format=City, **lite(at)
    )
    City.model_validate_json(answer.choices[0].message.content)


@check("litellm cost")
def _(at):
    prices = {"input_cost_per_token": 1e-6, "output_cost_per_token": 2e-6}
    answer = litellm.completion(messages=user(question), **prices, **lite(at))
    assert answer._hidden_params["response_cost"] > 0


@check("litellm responses", own=True)
def _(at):
    answer = litellm.responses(input=question, **lite(at))
    said = [part.text for item in answer.output if item.type == "message" for part in item.content]
    assert "Paris" in "".join(said)


@check("litellm as Anthropic's messages", own=True)
async def _(at):
    answer = await litellm.anthropic.messages.acreate(
        messages=user(question), max_tokens=16, **lite(at)
    )
    said = answer if isinstance(answer, dict) else answer.model_dump()
    assert "Paris" in json.dumps(said)


@check("litellm knows a prompt that is too long", own=True)
def _(at):
    try:
        litellm.completion(messages=user(too_long), **lite(at))
    except litellm.ContextWindowExceededError:
        return
    raise AssertionError("no error")


for mode in ("TOOLS", "JSON", "JSON_SCHEMA", "MD_JSON"):

    def instructed(at, mode=mode):
        plain = OpenAI(base_url=at.url, api_key=at.key, timeout=50, max_retries=0)
        client = instructor.from_openai(plain, mode=getattr(instructor.Mode, mode))
        made = client.chat.completions.create(
            model=at.model, response_model=City, messages=user("Name a city."), max_retries=1
        )
        assert isinstance(made, City)

    check(f"instructor {mode}")(instructed)


def pydantic_model(at: Target, make=OpenAIChatModel):
    return make(at.model, provider=OpenAIProvider(base_url=at.url, api_key=at.key))


@check("pydantic-ai run")
async def _(at):
    assert "Paris" in (await Agent(pydantic_model(at)).run(question)).output


@check("pydantic-ai stream")
async def _(at):
    async with Agent(pydantic_model(at)).run_stream(question) as result:
        assert "Paris" in "".join([text async for text in result.stream_text(delta=True)])


@check("pydantic-ai tools")
async def _(at):
    agent = Agent(pydantic_model(at))

    @agent.tool_plain
    def look(city: str) -> str:
        """The weather in a city."""
        return "sunny"

    assert "sunny" in (await agent.run(weather)).output


for wrapped in (ToolOutput, NativeOutput, PromptedOutput):

    async def typed(at, wrapped=wrapped):
        agent = Agent(pydantic_model(at), output_type=wrapped(City), retries=1)
        assert isinstance((await agent.run("Name a city.")).output, City)

    check(f"pydantic-ai {wrapped.__name__}")(typed)


@check("pydantic-ai responses", own=True)
async def _(at):
    model = pydantic_model(at, PydanticResponsesModel)
    assert "Paris" in (await Agent(model).run(question)).output
    typed = Agent(model, output_type=NativeOutput(City))
    assert isinstance((await typed.run("Name a city.")).output, City)


ran: list[str] = []


@function_tool
def sky(city: str) -> str:
    """The weather in a city."""
    ran.append(city)
    return "sunny"


for kind, make in (("chat", OpenAIChatCompletionsModel), ("responses", OpenAIResponsesModel)):

    def agent_of(at, make=make, **more):
        client = AsyncOpenAI(base_url=at.url, api_key=at.key, timeout=50, max_retries=0)
        return OpenAIAgent(name="a", model=make(model=at.model, openai_client=client), **more)

    def named(name, kind=kind):
        return check(f"openai-agents {kind}: {name}", own=kind == "responses")

    @named("run")
    async def _(at, agent_of=agent_of):
        assert "Paris" in (await Runner.run(agent_of(at), question)).final_output

    @named("stream")
    async def _(at, agent_of=agent_of):
        result = Runner.run_streamed(agent_of(at), question)
        async for _event in result.stream_events():
            pass
        assert "Paris" in result.final_output

    @named("loop of tools")
    async def _(at, agent_of=agent_of):
        ran.clear()
        result = await Runner.run(agent_of(at, tools=[sky]), weather)
        assert ran and "sunny" in result.final_output

    @named("object")
    async def _(at, agent_of=agent_of):
        result = await Runner.run(agent_of(at, output_type=City), "Name a city.")
        assert isinstance(result.final_output, City)

    @named("session")
    async def _(at, agent_of=agent_of):
        session = SQLiteSession("one")
        await Runner.run(agent_of(at), "My name is Ada.", session=session)
        result = await Runner.run(agent_of(at), "What is my name?", session=session)
        assert "Ada" in result.final_output
