"""LangChain's chat model, over both APIs."""

from langchain_core.messages import HumanMessage, ToolMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from pydantic import BaseModel, Field

from checking import Target, check, question, weather


class City(BaseModel):
    """A city."""

    name: str = Field(description="its name")
    country: str = Field(description="its country")


@tool
def look(city: str) -> str:
    """The weather in a city."""
    return "sunny"


def chat(at: Target, **more) -> ChatOpenAI:
    fixed = {"base_url": at.url, "api_key": at.key, "model": at.model, "max_retries": 0}
    return ChatOpenAI(**{**fixed, "timeout": 50, **more})


def loop(model: ChatOpenAI) -> str:
    messages = [HumanMessage(weather)]
    bound = model.bind_tools([look])
    answer = bound.invoke(messages)
    [call] = answer.tool_calls
    result = ToolMessage(look.invoke(call["args"]), tool_call_id=call["id"])
    return bound.invoke([*messages, answer, result]).text


@check("langchain invoke")
def _(at):
    answer = chat(at).invoke(question)
    assert "Paris" in answer.content and answer.usage_metadata["total_tokens"] > 0


@check("langchain stream")
def _(at):
    parts = list(chat(at, stream_usage=True).stream(question))
    assert "Paris" in "".join(part.content for part in parts)
    assert any(part.usage_metadata for part in parts)


@check("langchain many at once")
async def _(at):
    answers = await chat(at).abatch([question, "What is the capital of Italy?"])
    assert "Paris" in answers[0].content and "Rome" in answers[1].content
    assert "Paris" in "".join([part.content async for part in chat(at).astream(question)])


@check("langchain loop of tools")
def _(at):
    assert "sunny" in loop(chat(at))


@check("langchain streamed call")
def _(at):
    whole = None
    for part in chat(at).bind_tools([look], tool_choice="any").stream(weather):
        whole = part if whole is None else whole + part
    assert whole.tool_calls[0]["args"]["city"]


for method in ("json_schema", "function_calling", "json_mode"):

    def structured(at, method=method):
        asked = chat(at).with_structured_output(City, method=method)
        assert isinstance(asked.invoke("Name a city. Reply in JSON."), City)

    check(f"langchain structured by {method}")(structured)


@check("langchain structured, strict, with what was said")
def _(at):
    asked = chat(at).with_structured_output(
        City, method="json_schema", strict=True, include_raw=True
    )
    assert isinstance(asked.invoke("Name a city.")["parsed"], City)


@check("langchain log-probabilities")
def _(at):
    answer = chat(at).bind(logprobs=True).invoke(question)
    assert answer.response_metadata["logprobs"]["content"]


@check("langchain responses", own=True)
def _(at):
    model = chat(at, use_responses_api=True)
    assert "Paris" in model.invoke(question).text
    assert "Paris" in "".join(part.text for part in model.stream(question))


@check("langchain responses loop of tools", own=True)
def _(at):
    assert "sunny" in loop(chat(at, use_responses_api=True))


@check("langchain responses structured", own=True)
def _(at):
    asked = chat(at, use_responses_api=True).with_structured_output(City)
    assert isinstance(asked.invoke("Name a city."), City)


@check("langchain responses remember", own=True)
def _(at):
    model = chat(at, use_responses_api=True, use_previous_response_id=True)
    first = HumanMessage("My name is Ada.")
    answer = model.invoke([first])
    assert "Ada" in model.invoke([first, answer, HumanMessage("What is my name?")]).text
